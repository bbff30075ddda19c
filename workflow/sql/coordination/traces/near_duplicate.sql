-- Posts of nearly the same text in any script, reposts aside: texts as in co_tweet, filed under one that they share at least
-- 0.8 of their three-character sequences with (takedown/coordination/near_text.py), which is the object.
-- prepared-by: near_text
WITH digested AS MATERIALIZED (
    SELECT archive_id, post_id, account, md5(nullif(normal_text(text), '')) AS digest, time
    FROM traced_post
    WHERE NOT is_repost
)

SELECT archive_id, post_id, account, coalesce(leader, digest) AS object, time
FROM digested
LEFT JOIN near_text USING (digest)
WHERE object IS NOT NULL
