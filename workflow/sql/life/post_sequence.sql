-- Posts of some archives in the order in which each account made them, each on the topic or not; days are UTC.
SELECT
    archive_id,
    account_id,
    posted_at::DATE AS posted_on,
    lead(posted_at::DATE) OVER in_order AS next_posted_on,
    row_number() OVER in_order AS place,
    count(*) FILTER (WHERE on_topic) OVER in_order AS topic_so_far,
    on_topic,
    language,
    client
FROM (
    SELECT post.archive_id, account_id, post_id, posted_at, language, client, topic.post_id IS NOT NULL AS on_topic
    FROM post
    LEFT JOIN (
        SELECT DISTINCT archive_id, post_id
        FROM post_term
        WHERE list IN (SELECT unnest($topic_lists)) AND archive_id IN (SELECT unnest($archives))
    ) AS topic USING (archive_id, post_id)
    WHERE
        post.archive_id IN (SELECT unnest($archives))
        AND posted_at::DATE BETWEEN $since AND $until
)
WINDOW in_order AS (PARTITION BY archive_id, account_id ORDER BY posted_at, post_id ROWS UNBOUNDED PRECEDING)
