-- Posts of each account before and after its turn to the topic; one row for each account with a post.
-- The turn is the post before which the account's count of posts on the topic lies furthest below what its overall share of
-- them predicts (A. N. Pettitt 1980, "A simple cumulative sum type statistic for the change-point problem with zero-one
-- observations", Biometrika 67, 79–84). A single post on the topic, years earlier, does not move it. An account has no turn if
-- all of its posts are on the topic, or if none is.
WITH total AS (
    SELECT number, count(*) AS posts, count(*) FILTER (WHERE on_topic) AS topic_posts
    FROM post_sequence
    GROUP BY number
),

-- The count falls behind until the next post on the topic, so only posts on the topic can be the turn.
topic_post AS (
    SELECT number, place, row_number() OVER (PARTITION BY number ORDER BY place) - 1 AS topic_before
    FROM post_sequence
    WHERE on_topic
),

behind AS (
    -- Of several equally good turns, the first.
    SELECT
        number,
        max(struct_pack(lag := (place - 1) * topic_posts - topic_before * posts, place := -place)) AS furthest
    FROM topic_post
    JOIN total USING (number)
    GROUP BY number
),

side AS (
    SELECT
        number,
        place >= -furthest.place AS is_after,
        place = -furthest.place - 1 AS is_last,
        posted_on,
        next_posted_on,
        on_topic,
        language,
        client
    FROM post_sequence
    JOIN behind USING (number)
    WHERE furthest.lag > 0
),

around AS (
    SELECT
        number,
        any_value(next_posted_on) FILTER (WHERE is_last) AS turned_on,
        any_value(next_posted_on - posted_on) FILTER (WHERE is_last) AS silent_days,
        count(*) FILTER (WHERE NOT is_after) AS posts_before,
        count(*) FILTER (WHERE is_after) AS posts_after,
        avg(on_topic::INTEGER) FILTER (WHERE NOT is_after) AS topic_share_before,
        avg(on_topic::INTEGER) FILTER (WHERE is_after) AS topic_share_after
    FROM side
    GROUP BY number
),

-- The commonest language and client on either side, and the number of posts whose language or client is known.
language_side AS (
    SELECT number, is_after, max(struct_pack(posts, value := language)) AS commonest, sum(posts) AS posts
    FROM (SELECT number, is_after, language, count(*) AS posts FROM side WHERE language <> 'und' GROUP BY ALL)
    GROUP BY number, is_after
),

client_side AS (
    SELECT number, is_after, max(struct_pack(posts, value := client)) AS commonest, sum(posts) AS posts
    FROM (SELECT number, is_after, client, count(*) AS posts FROM side WHERE client <> '' GROUP BY ALL)
    GROUP BY number, is_after
),

flagged AS (
    SELECT
        number,
        total.posts,
        turned_on,
        posts_before,
        posts_after,
        topic_share_before,
        topic_share_after,
        language_before.commonest.value::VARCHAR AS language_before,
        language_after.commonest.value::VARCHAR AS language_after,
        client_before.commonest.value::VARCHAR AS client_before,
        client_after.commonest.value::VARCHAR AS client_after,
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
    LEFT JOIN around USING (number)
    LEFT JOIN (SELECT * FROM language_side WHERE NOT is_after) AS language_before USING (number)
    LEFT JOIN (SELECT * FROM language_side WHERE is_after) AS language_after USING (number)
    LEFT JOIN (SELECT * FROM client_side WHERE NOT is_after) AS client_before USING (number)
    LEFT JOIN (SELECT * FROM client_side WHERE is_after) AS client_after USING (number)
)

SELECT
    archive_id,
    account_id,
    created_on,
    flagged.* EXCLUDE (number),
    posts >= 2 * $turn_posts AS could_turn,
    has_turn AND silent_before AND topic_changed AND language_changed AND client_changed AS repurposed
FROM flagged
JOIN numbered_account USING (number)
ORDER BY number
