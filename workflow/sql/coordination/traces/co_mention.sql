-- Posts that mention the same account, without reposts; a mention of the account itself does not count.
SELECT DISTINCT archive_id, post_id, account, value AS object, time
FROM traced_post
JOIN post_mention USING (archive_id, post_id)
WHERE NOT is_repost AND value <> account
