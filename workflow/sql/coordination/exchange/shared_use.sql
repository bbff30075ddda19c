-- Uses of objects that two accounts or more used on the same local day, in all traces but the one of whole timelines. `place`
-- numbers objects by day, `seat` their accounts.
WITH used AS MATERIALIZED (
    SELECT DISTINCT account, object, time, ((time + $offset_seconds) // 86400)::INTEGER AS day
    FROM numbered_event
    WHERE is_shared AND trace <> $timeline
),

place AS (
    SELECT object, day, count(DISTINCT account) AS users, row_number() OVER (ORDER BY object, day) AS place
    FROM used
    GROUP BY object, day
    HAVING count(DISTINCT account) > 1
)

SELECT account, time, day, place, users, dense_rank() OVER (PARTITION BY place ORDER BY account) - 1 AS seat
FROM used
JOIN place USING (object, day)
