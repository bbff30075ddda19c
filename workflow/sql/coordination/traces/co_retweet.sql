-- Reposts of the same post.
-- posts: reposts
SELECT archive_id, post_id, account, reposted_post AS object, time
FROM traced_post
WHERE is_repost AND reposted_post IS NOT NULL
