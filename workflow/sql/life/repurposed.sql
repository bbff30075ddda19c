-- What each account posted before and after its turn to the topic; one row for each account with a post.
-- The turn is the post after which the account has fallen furthest behind its own share of posts on the topic (A. N.
-- Pettitt 1980, "A simple cumulative sum type statistic for the change-point problem with zero-one observations",
-- Biometrika 67, 79–84): one stray post on the topic, years earlier, does not move it. No turn: all posts or none on the topic.
WITH total AS (
    SELECT archive_id, account_id, count(*) AS posts, count(*) FILTER (WHERE on_topic) AS topic_posts
    FROM post_sequence
    GROUP BY archive_id, account_id
),

behind AS (
    -- Of equally good turns the first.
    SELECT
        archive_id,
        account_id,
        max(struct_pack(lag := place * topic_posts - topic_so_far * posts, place := -place)) AS furthest
    FROM post_sequence
    JOIN total USING (archive_id, account_id)
    GROUP BY archive_id, account_id
),

turn AS (
    SELECT archive_id, account_id, CASE WHEN furthest.lag > 0 THEN -furthest.place END AS last_before FROM behind
),

side AS (
    SELECT archive_id, account_id, place > last_before AS is_after, posted_on, next_posted_on, place = last_before AS is_last, on_topic, language, client
    FROM post_sequence
    JOIN turn USING (archive_id, account_id)
    WHERE last_before IS NOT NULL
),

around AS (
    SELECT
        archive_id,
        account_id,
        any_value(next_posted_on) FILTER (WHERE is_last) AS turned_on,
        any_value(next_posted_on - posted_on) FILTER (WHERE is_last) AS silent_days,
        count(*) FILTER (WHERE NOT is_after) AS posts_before,
        count(*) FILTER (WHERE is_after) AS posts_after,
        avg(on_topic::INTEGER) FILTER (WHERE NOT is_after) AS topic_share_before,
        avg(on_topic::INTEGER) FILTER (WHERE is_after) AS topic_share_after
    FROM side
    GROUP BY archive_id, account_id
),

-- The commonest language and client on either side, and its share of the posts whose language or client is known.
language_side AS (
    SELECT archive_id, account_id, is_after, max(struct_pack(posts, value := language)) AS commonest, sum(posts) AS posts
    FROM (SELECT archive_id, account_id, is_after, language, count(*) AS posts FROM side WHERE language <> 'und' GROUP BY ALL)
    GROUP BY archive_id, account_id, is_after
),

client_side AS (
    SELECT archive_id, account_id, is_after, max(struct_pack(posts, value := client)) AS commonest, sum(posts) AS posts
    FROM (SELECT archive_id, account_id, is_after, client, count(*) AS posts FROM side WHERE client <> '' GROUP BY ALL)
    GROUP BY archive_id, account_id, is_after
),

flagged AS (
    SELECT
        archive_id,
        account_id,
        account.created_on,
        total.posts,
        turned_on,
        posts_before,
        posts_after,
        topic_share_before,
        topic_share_after,
        language_before.commonest.value AS language_before,
        language_after.commonest.value AS language_after,
        client_before.commonest.value AS client_before,
        client_after.commonest.value AS client_after,
        coalesce(least(posts_before, posts_after) >= $turn_posts, false) AS has_turn,
        coalesce(silent_days >= $turn_silence_days, false) AS silent_before,
        coalesce(topic_share_after - topic_share_before >= $turn_topic_rise, false) AS topic_changed,
        coalesce(
            language_before.commonest.value <> language_after.commonest.value
            AND language_before.commonest.posts >= $dominant_share * language_before.posts
            AND language_after.commonest.posts >= $dominant_share * language_after.posts, false
        ) AS language_changed,
        coalesce(
            client_before.commonest.value <> client_after.commonest.value
            AND client_before.commonest.posts >= $dominant_share * client_before.posts
            AND client_after.commonest.posts >= $dominant_share * client_after.posts, false
        ) AS client_changed
    FROM total
    JOIN account USING (archive_id, account_id)
    LEFT JOIN around USING (archive_id, account_id)
    LEFT JOIN (SELECT * FROM language_side WHERE NOT is_after) AS language_before USING (archive_id, account_id)
    LEFT JOIN (SELECT * FROM language_side WHERE is_after) AS language_after USING (archive_id, account_id)
    LEFT JOIN (SELECT * FROM client_side WHERE NOT is_after) AS client_before USING (archive_id, account_id)
    LEFT JOIN (SELECT * FROM client_side WHERE is_after) AS client_after USING (archive_id, account_id)
)

SELECT
    *,
    posts >= 2 * $turn_posts AS could_turn,
    has_turn AND silent_before AND topic_changed AND language_changed AND client_changed AS repurposed
FROM flagged
ORDER BY archive_id, account_id
