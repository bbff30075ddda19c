-- Upper bound (`bound`) on the other events within the window of an event: all events of its cell and the adjacent cells.
SELECT
    cell,
    o,
    events,
    events
    + CASE WHEN lag(cell) OVER by_cell = cell - 1 THEN lag(events) OVER by_cell ELSE 0 END
    + CASE WHEN lead(cell) OVER by_cell = cell + 1 THEN lead(events) OVER by_cell ELSE 0 END
    - 1 AS bound
FROM (SELECT cell, o, count(*) AS events FROM pairs_compared GROUP BY cell, o)
WINDOW by_cell AS (PARTITION BY o ORDER BY cell)
