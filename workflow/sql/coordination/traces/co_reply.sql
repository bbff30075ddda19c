-- Replies to the same post.
SELECT archive_id, post_id, account, replied_post AS object, time
FROM traced_post
WHERE replied_post IS NOT NULL
