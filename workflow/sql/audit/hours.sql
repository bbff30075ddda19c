-- Posts of each archive by local hour, on an average working day and an average day of the weekend from its first to its last post.
-- The weekend of two days begins on $weekend (0 is Monday).
WITH span AS (
    SELECT archive_id, unnest(generate_series(min(posted_on), max(posted_on), INTERVAL 1 DAY)) AS day
    FROM post_hour
    GROUP BY archive_id
),

days AS (
    SELECT archive_id, (isodow(day) + 4 - $weekend) % 7 >= 5 AS is_weekend, count(*) AS days
    FROM span
    GROUP BY ALL
),

hours AS (
    SELECT archive_id, (isodow(posted_on) + 4 - $weekend) % 7 >= 5 AS is_weekend, hour, sum(posts) AS posts, weakest(provenance) AS provenance
    FROM post_hour
    GROUP BY ALL
)

SELECT archive_id, is_weekend, hour, posts::BIGINT AS posts, days, provenance
FROM hours
JOIN days USING (archive_id, is_weekend)
ORDER BY archive_id, is_weekend, hour
