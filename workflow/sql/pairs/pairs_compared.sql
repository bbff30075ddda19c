-- Each event once, with the time of the account's previous event on the same object.
SELECT o, u, t, cell, before
FROM (SELECT o, u, t, cell, lag(t) OVER (PARTITION BY o, u ORDER BY t) AS before FROM pairs_event)
WHERE before IS DISTINCT FROM t
