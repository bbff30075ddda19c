-- Accounts of some archives by interface language, in lower case as the tables keep it.
SELECT language AS key, sum(accounts) AS observed
FROM creation_day
WHERE archive_id IN (SELECT unnest($archives)) AND language IS NOT NULL
GROUP BY language
ORDER BY language
