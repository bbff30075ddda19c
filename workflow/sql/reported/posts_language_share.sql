-- Share of all posts of some archives that are in some languages.
SELECT '' AS key, count(*) FILTER (list_contains($languages, language)) / count(*) AS observed
FROM post
WHERE archive_id IN (SELECT unnest($archives))
