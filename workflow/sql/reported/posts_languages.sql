-- Posts of some archives by the language that the platform detected.
SELECT language AS key, count(*) AS observed
FROM post
WHERE archive_id IN (SELECT unnest($archives)) AND language <> ''
GROUP BY language
ORDER BY language
