-- Posts with nearly the same text in any script, without reposts. Texts are those of co_tweet; the object is a leading text with
-- a Jaccard index of at least 0.8 on three-character sequences (takedown/coordination/near_text.py).
-- prepared-by: near_text
SELECT archive_id, post_id, account, coalesce(leader, md5(words)) AS object, time
FROM worded_post
LEFT JOIN near_text USING (words)
WHERE words <> ''
