-- Posts of the same text, reposts aside: without links and mentions, whatever the case, the width and the white space. The
-- texts are made before they are filtered, or each would be made twice.
WITH digested AS MATERIALIZED (
    SELECT archive_id, post_id, account, md5(nullif(normal_text(text), '')) AS object, time
    FROM traced_post
    WHERE NOT is_repost
)

SELECT archive_id, post_id, account, object, time
FROM digested
WHERE object IS NOT NULL
