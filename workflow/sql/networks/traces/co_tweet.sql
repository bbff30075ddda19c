-- Posts of the same text, reposts aside: without links and mentions, whatever the case, the width and the white space.
SELECT archive_id, post_id, account, md5(words) AS object, time
FROM (SELECT archive_id, post_id, account, normal_text(text) AS words, time FROM traced_post WHERE NOT is_repost)
WHERE words <> ''
