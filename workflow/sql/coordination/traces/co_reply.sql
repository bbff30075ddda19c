-- Replies to the same post.
SELECT archive_id, post_id, account, reply_to_post_id AS object, time
FROM traced_post
WHERE reply_to_post_id IS NOT NULL
