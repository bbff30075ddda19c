-- Numbers of posts planted on the topic, of posts labelled as on the topic, and of posts that are both. From `topic_from` on
-- all posts of an account are on the topic; the table planted_turn has account_id and topic_from.
SELECT
    count(*) FILTER (WHERE is_planted) AS planted,
    count(*) FILTER (WHERE is_found) AS found,
    count(*) FILTER (WHERE is_planted AND is_found) AS correct
FROM (
    SELECT
        coalesce(posted_at >= topic_from, false) AS is_planted,
        (post.archive_id, post_id) IN (
            SELECT (archive_id, post_id) FROM post_term WHERE list IN (SELECT unnest($lists))
        ) AS is_found
    FROM post
    LEFT JOIN planted_turn USING (account_id)
    WHERE post.archive_id IN (SELECT unnest($archives))
)
