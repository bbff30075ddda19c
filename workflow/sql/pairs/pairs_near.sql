-- Events with another event on the same object within the window. Comparing neighbours in time takes a third of the time
-- of counting all events within the window. Hashes of objects are sorted instead of names; if two objects have the same
-- hash, some of their events are kept unnecessarily.
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
