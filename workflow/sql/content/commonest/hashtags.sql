-- Posts of $archives by local month and hashtag in lower case; the $top commonest of each month with at least $fewest posts.
-- A hashtag counts once in a post. A hashtag that is the handle of an account is left out.
WITH used AS (
    SELECT DISTINCT archive_id, post_id, lower(value) AS hashtag
    FROM post_hashtag
    WHERE archive_id IN (SELECT unnest($archives))
)

SELECT
    strftime(local_time(posted_at), '%Y-%m') AS month,
    row_number() OVER (PARTITION BY month ORDER BY count(*) DESC, hashtag) AS rank,
    hashtag AS value,
    count(*) AS posts
FROM used
JOIN post USING (archive_id, post_id)
WHERE hashtag <> '' AND hashtag NOT IN (SELECT handle FROM handle)
GROUP BY month, hashtag
HAVING count(*) >= $fewest
QUALIFY rank <= $top
ORDER BY month, rank
