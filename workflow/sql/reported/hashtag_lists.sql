-- Different lists of hashtags of the posts of some archives; that of posts without one counts too.
WITH listed AS (
    SELECT archive_id, post_id, list(value ORDER BY position) AS hashtags
    FROM post_hashtag
    WHERE archive_id IN (SELECT unnest($archives))
    GROUP BY archive_id, post_id
)

SELECT '' AS key, count(DISTINCT coalesce(hashtags, [])) AS observed
FROM post
LEFT JOIN listed USING (archive_id, post_id)
WHERE archive_id IN (SELECT unnest($archives))
