-- Posts of a published chart in some languages on the fullest day in Hong Kong (the earliest of several).
SELECT CAST(posted_on AS VARCHAR) AS key, sum(posts) AS observed
FROM published_post_hour
WHERE archive_id IN (SELECT unnest($archives)) AND list_contains($languages, language)
GROUP BY posted_on
ORDER BY observed DESC, posted_on
LIMIT 1
