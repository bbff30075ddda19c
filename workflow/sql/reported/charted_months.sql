-- Posts of a published chart in some languages, by month in Hong Kong.
SELECT strftime(posted_on, '%Y-%m') AS key, sum(posts) AS observed
FROM published_post_hour
WHERE archive_id IN (SELECT unnest($archives)) AND list_contains($languages, language)
GROUP BY key
ORDER BY key
