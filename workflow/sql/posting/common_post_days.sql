-- First and last local day between first and last post of both populations, or of the one that has posts.
WITH span AS (
    SELECT
        min(local_time(posted_at))::DATE AS first_day,
        max(local_time(posted_at))::DATE AS last_day
    FROM post
    WHERE archive_id IN (SELECT unnest($operation || $control))
    GROUP BY archive_id IN (SELECT unnest($operation))
)
SELECT max(first_day) AS first_day, min(last_day) AS last_day
FROM span
