-- Events with another on the same object within the window. In this order the nearest are the neighbours, which costs
-- a third of counting all within the window; duplicates go afterwards, where few events are left.
SELECT o, u, t
FROM (
    SELECT o, u, t, lag(t) OVER by_time AS before, lead(t) OVER by_time AS after
    FROM pairs_event
    WINDOW by_time AS (PARTITION BY o ORDER BY t)
)
WHERE t - before <= $window OR after - t <= $window
