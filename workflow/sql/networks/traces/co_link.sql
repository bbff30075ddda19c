-- Posts with the same link, reposts aside.
SELECT DISTINCT archive_id, post_id, account, normal_link(value) AS object, time
FROM traced_post
JOIN post_url USING (archive_id, post_id)
WHERE NOT is_repost AND object IS NOT NULL
