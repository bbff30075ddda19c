-- Posts of the same text, reposts aside: without links and mentions, whatever the case, the width and the white space.
SELECT account, md5(words) AS object, time
FROM (SELECT account, normal_text(text) AS words, time FROM traced_post WHERE NOT is_repost)
WHERE words <> ''
