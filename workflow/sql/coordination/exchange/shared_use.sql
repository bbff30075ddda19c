-- Uses of objects that two accounts or more used on the same local day, in all traces but the one of whole timelines. `place`
-- numbers objects by day, `seat` their accounts.
WITH used AS MATERIALIZED (
    SELECT DISTINCT
        number AS account,
        trace,
        object,
        floor(epoch(time))::BIGINT // $resolution * $resolution AS time,
        ((floor(epoch(time))::BIGINT // $resolution * $resolution + $offset_seconds) // 86400)::INTEGER AS day
    FROM trace_event
    JOIN account_number USING (account)
    WHERE trace <> $timeline
),

place AS (
    SELECT trace, object, day, count(DISTINCT account) AS users, row_number() OVER (ORDER BY trace, object, day) AS place
    FROM used
    GROUP BY trace, object, day
    HAVING count(DISTINCT account) > 1
)

SELECT account, time, day, place, users, dense_rank() OVER (PARTITION BY place ORDER BY account) - 1 AS seat
FROM used
JOIN place USING (trace, object, day)
