-- First and last local day of the span in which both populations post; the span of one where the other has no post.
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
