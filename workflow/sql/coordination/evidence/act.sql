-- The acts of one trace: repeats by one account on one object within 2 · near seconds are dropped. No two acts of an
-- account on an object are therefore near the same act of another account. Objects are numbered from the rarest.
WITH act AS (
    SELECT account, object, time
    FROM numbered_event
    WHERE trace = $trace AND (is_shared OR NOT $shared_only)
    QUALIFY coalesce(time - lag(time) OVER (PARTITION BY account, object ORDER BY time) > 2 * $near, true)
)

SELECT account, object_number AS object, time, ((time + $offset_seconds) // 86400)::INTEGER AS day
FROM act
JOIN (
    SELECT object, row_number() OVER (ORDER BY count(*), object) AS object_number
    FROM act
    GROUP BY object
) USING (object)
ORDER BY object_number, time, account
