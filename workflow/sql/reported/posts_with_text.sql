-- Posts of some archives whose text contains a word, and their share.
WITH counted AS (
    SELECT count(*) AS total, count(*) FILTER (contains(text, $text)) AS posts
    FROM post
    WHERE archive_id IN (SELECT unnest($archives))
)

SELECT 'posts' AS key, CAST(posts AS DOUBLE) AS observed FROM counted
UNION ALL
SELECT 'share', posts / total FROM counted
ORDER BY key
