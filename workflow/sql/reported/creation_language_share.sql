-- Share of the accounts of some archives whose interface language begins with a prefix.
SELECT '' AS key, sum(accounts) FILTER (starts_with(language, $prefix)) / sum(accounts) AS observed
FROM creation_day
WHERE archive_id IN (SELECT unnest($archives))
