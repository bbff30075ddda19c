-- Posts with the same link, without reposts. No link is looked up; the target of a short link of Twitter is inferred from the
-- data. A post with one short link in its text and one other link in its list of links shows the target, if all such posts
-- agree. The short link is then replaced by its target in all posts. Short links of other services never occur
-- beside their targets, so they stay as they are.
WITH listed AS MATERIALIZED (
    SELECT archive_id, post_id, account, normal_link(value) AS link, time
    FROM traced_post
    JOIN post_url USING (archive_id, post_id)
    WHERE NOT is_repost
),

written AS MATERIALIZED (
    SELECT archive_id, post_id, account, unnest(regexp_extract_all(text, '://(t\.co/[A-Za-z0-9]+)', 1)) AS link, time
    FROM traced_post
    WHERE NOT is_repost AND contains(text, '://t.co/')
),

expansion AS (
    SELECT short.link, any_value(long.link) AS object
    FROM (
        SELECT archive_id, post_id, any_value(link) AS link
        FROM written
        GROUP BY archive_id, post_id
        HAVING min(link) = max(link)
    ) AS short
    JOIN (
        SELECT archive_id, post_id, any_value(link) AS link
        FROM listed
        WHERE NOT starts_with(link, 't.co/')
        GROUP BY archive_id, post_id
        HAVING min(link) = max(link)
    ) AS long USING (archive_id, post_id)
    GROUP BY short.link
    HAVING min(long.link) = max(long.link)
)

SELECT archive_id, post_id, account, coalesce(object, link) AS object, time
FROM listed
LEFT JOIN expansion USING (link)
WHERE link IS NOT NULL
UNION
SELECT archive_id, post_id, account, object, time
FROM written
JOIN expansion USING (link)
