-- Days of each account: creation, first post, first post on the topic, end of observation; one row for each account.
-- An account is observed until the last post of its archive, after which the platform had suspended all of them.
WITH archive_end AS (
    SELECT archive_id, max(posted_on) AS observed_until
    FROM post_sequence
    JOIN numbered_account USING (number)
    GROUP BY archive_id
),

posted AS (
    SELECT
        number,
        min(posted_on) AS first_posted_on,
        max(posted_on) AS last_posted_on,
        min(posted_on) FILTER (WHERE on_topic) AS first_topic_on,
        count(*) AS posts,
        min(place) FILTER (WHERE on_topic) - 1 AS posts_before_topic,
        max(next_posted_on - posted_on) AS longest_gap_days
    FROM post_sequence
    GROUP BY number
)

SELECT
    archive_id,
    account_id,
    created_on,
    observed_until,
    first_posted_on,
    first_topic_on,
    coalesce(posts, 0) AS posts,
    posts_before_topic,
    longest_gap_days,
    -- The silence after the last post counts as well.
    greatest(longest_gap_days, observed_until - last_posted_on) AS longest_silence_days,
    provenance
FROM numbered_account
JOIN archive_end USING (archive_id)
LEFT JOIN posted USING (number)
WHERE created_on <= observed_until
ORDER BY number
