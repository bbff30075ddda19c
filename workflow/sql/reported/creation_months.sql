-- Accounts of some archives by month of creation (UTC).
SELECT strftime(created_on, '%Y-%m') AS key, sum(accounts) AS observed
FROM creation_day
WHERE archive_id IN (SELECT unnest($archives))
GROUP BY key
ORDER BY key
