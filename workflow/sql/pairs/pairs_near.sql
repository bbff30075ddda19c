-- Events with another on the same object within the window. In this order the nearest are the neighbours, which costs
-- a third of counting all within the window. Numbers are sorted, not names; should two objects have the same one, some of
-- their events are merely compared in vain.
SELECT account, object, t
FROM pairs_read
WHERE rowid IN (
    SELECT event
    FROM (
        SELECT event, t, lag(t) OVER by_time AS before, lead(t) OVER by_time AS after
        FROM (SELECT rowid AS event, hash(object) AS object_number, t FROM pairs_read WHERE fault = 0)
        WINDOW by_time AS (PARTITION BY object_number ORDER BY t)
    )
    WHERE t - before <= $window OR after - t <= $window
)
