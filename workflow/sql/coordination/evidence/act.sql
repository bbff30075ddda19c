-- The acts of one trace: repeats by one account on one object within 2 · near seconds are dropped. No two acts of an
-- account on an object are therefore near the same act of another account. Objects are numbered from the rarest.
-- `crowd` is the number of other acts on the object that are near.
WITH event AS (
    SELECT DISTINCT number AS account, object, floor(epoch(time))::BIGINT // $resolution * $resolution AS time
    FROM trace_event
    JOIN account_number USING (account)
    WHERE trace = $trace
),

act AS (
    SELECT account, object, time
    FROM event
    QUALIFY coalesce(time - lag(time) OVER (PARTITION BY account, object ORDER BY time) > 2 * $near, true)
)

SELECT
    account,
    object_number AS object,
    time,
    ((time + $offset_seconds) // 86400)::INTEGER AS day,
    count(*) OVER (PARTITION BY object_number ORDER BY time RANGE BETWEEN $near PRECEDING AND $near FOLLOWING) - 1 AS crowd
FROM act
JOIN (
    SELECT object, row_number() OVER (ORDER BY count(*), object) AS object_number
    FROM act
    GROUP BY object
) USING (object)
