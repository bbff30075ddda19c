-- Posts that mention the same account, reposts aside; a mention of oneself counts for nothing.
SELECT DISTINCT archive_id, post_id, account, value AS object, time
FROM traced_post
JOIN post_mention USING (archive_id, post_id)
WHERE NOT is_repost AND value <> account
