-- Posts with the words of their text, without reposts. Words are a table, because they are slow to find and read several times.
SELECT archive_id, post_id, account, time, normal_text(text) AS words
FROM traced_post
WHERE NOT is_repost
