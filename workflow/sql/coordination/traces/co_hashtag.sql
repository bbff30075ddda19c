-- Posts with the same hashtag, ignoring case and width, without reposts.
SELECT DISTINCT archive_id, post_id, account, folded(value) AS object, time
FROM traced_post
JOIN post_hashtag USING (archive_id, post_id)
WHERE NOT is_repost
