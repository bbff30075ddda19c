-- Uses of each hashtag in the posts of some archives, as written.
SELECT value AS key, count(*) AS observed
FROM post_hashtag
WHERE archive_id IN (SELECT unnest($archives)) AND list_contains($keys, value)
GROUP BY value
ORDER BY value
