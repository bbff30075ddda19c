-- Coordinated posts by community and local day, in all, in office hours and on the topic. A post is coordinated if another
-- account of the community posted on the same object of a trace within the window. A post of several traces counts once.
-- Traces of any post are left out, because their object shows only the time, and so are traces that are near by definition.
WITH act AS (
    SELECT event.archive_id, post_id, trace, object, time, floor(epoch(time))::BIGINT AS seconds, number, community
    FROM read_parquet($events) AS event
    JOIN network_account USING (account)
    JOIN network_community USING (number)
    WHERE NOT list_contains($left_out, trace)
),

-- Numbered, since DuckDB sorts acts by number faster than by text.
shared AS (
    SELECT trace, community, object, row_number() OVER () AS number_of_object
    FROM act
    GROUP BY trace, community, object
    HAVING min(number) <> max(number)
),

coordinated AS (
    SELECT archive_id, post_id, community, time, min(number) OVER near <> max(number) OVER near AS is_coordinated
    FROM act
    JOIN shared USING (trace, community, object)
    WINDOW near AS (
        PARTITION BY number_of_object
        ORDER BY seconds
        RANGE BETWEEN $window_seconds PRECEDING AND $window_seconds FOLLOWING
    )
),

post AS (
    SELECT DISTINCT archive_id, post_id, community, local_time(time) AS local_time
    FROM coordinated
    WHERE is_coordinated
)

SELECT
    community,
    local_time::DATE AS day,
    count(*) AS posts,
    count(*) FILTER ((isodow(local_time) + 4 - $weekend) % 7 < 5 AND hour(local_time) >= $first_hour AND hour(local_time) < $end_hour) AS office_posts,
    count(*) FILTER (is_on_topic) AS topic_posts
FROM post
LEFT JOIN (
    SELECT DISTINCT archive_id, post_id, true AS is_on_topic
    FROM post_term
    SEMI JOIN post USING (archive_id, post_id)
    WHERE list_contains($topic_lists::VARCHAR[], list)
) USING (archive_id, post_id)
GROUP BY community, day
ORDER BY community, day
