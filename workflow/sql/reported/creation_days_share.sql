-- Share of the accounts of some archives created on given days (UTC).
SELECT '' AS key, coalesce(sum(accounts) FILTER (list_contains($days, CAST(created_on AS VARCHAR))), 0) / sum(accounts) AS observed
FROM creation_day
WHERE archive_id IN (SELECT unnest($archives))
