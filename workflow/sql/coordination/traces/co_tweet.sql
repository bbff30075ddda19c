-- Posts with the same text, without reposts, ignoring links, mentions, case, width and white space. Texts are materialized
-- before the filter, because each would otherwise be computed twice.
WITH digested AS MATERIALIZED (
    SELECT archive_id, post_id, account, md5(nullif(normal_text(text), '')) AS object, time
    FROM traced_post
    WHERE NOT is_repost
)

SELECT archive_id, post_id, account, object, time
FROM digested
WHERE object IS NOT NULL
