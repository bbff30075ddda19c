-- Posts with nearly the same text in any script, without reposts. Texts are those of co_tweet; the object is a leading text with
-- a Jaccard index of at least 0.8 on three-character sequences (takedown/coordination/near_text.py).
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
