-- Posts of some archives since a day (UTC), and their share.
WITH since AS (
    SELECT count(*) AS total, count(*) FILTER (posted_at >= $since::DATE) AS posts
    FROM post
    WHERE archive_id IN (SELECT unnest($archives))
)

SELECT 'posts' AS key, CAST(posts AS DOUBLE) AS observed FROM since
UNION ALL
SELECT 'share', posts / total FROM since
ORDER BY key
