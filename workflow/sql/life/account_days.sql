-- The days of each account: creation, first post, first post on the topic, end of observation; one row for each account.
-- An account is observed until the last post of its archive: after that the platform let none of them post.
WITH archive_end AS (
    SELECT archive_id, max(posted_on) AS observed_until FROM post_sequence GROUP BY archive_id
),

posted AS (
    SELECT
        archive_id,
        account_id,
        min(posted_on) AS first_posted_on,
        min(posted_on) FILTER (WHERE on_topic) AS first_topic_on,
        count(*) AS posts,
        min(place) FILTER (WHERE on_topic) - 1 AS posts_before_topic,
        max(next_posted_on - posted_on) AS longest_gap_days,
        -- The silence after the last post counts too.
        max(coalesce(next_posted_on, observed_until) - posted_on) AS longest_silence_days
    FROM post_sequence
    JOIN archive_end USING (archive_id)
    GROUP BY archive_id, account_id
)

SELECT
    archive_id,
    account_id,
    account.created_on,
    observed_until,
    first_posted_on,
    first_topic_on,
    coalesce(posts, 0) AS posts,
    posts_before_topic,
    longest_gap_days,
    longest_silence_days,
    archive.provenance
FROM account
JOIN archive USING (archive_id)
JOIN archive_end USING (archive_id)
LEFT JOIN posted USING (archive_id, account_id)
WHERE account.created_on <= observed_until
ORDER BY archive_id, account_id
