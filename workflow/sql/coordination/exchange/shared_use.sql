-- Uses of objects that three accounts or more used on the same local day, in all traces but the one of whole timelines.
-- `place` numbers objects by day, `seat` their accounts; which number
-- one has matters to nothing.
WITH used AS MATERIALIZED (
    SELECT DISTINCT
        number AS account,
        hash(trace, object) AS object,
        floor(epoch(time))::BIGINT // $resolution * $resolution AS time,
        ((floor(epoch(time))::BIGINT // $resolution * $resolution + $offset_seconds) // 86400)::INTEGER AS day
    FROM trace_event
    JOIN account_number USING (account)
    WHERE trace <> $timeline
),

place AS (
    SELECT object, day, count(DISTINCT account) AS users, row_number() OVER (ORDER BY object, day) AS place
    FROM used
    GROUP BY object, day
    HAVING count(DISTINCT account) >= 3
)

SELECT account, time, day, place, users, dense_rank() OVER (PARTITION BY place ORDER BY account) - 1 AS seat
FROM used
JOIN place USING (object, day)
