-- Posts with the same text, without reposts, ignoring links, mentions, case, width and white space.
-- prepared-by: words
SELECT archive_id, post_id, account, md5(words) AS object, time
FROM worded_post
WHERE words <> ''
