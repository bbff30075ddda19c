-- Each event once, with the time of the account's previous event on the same object (a time before all others if there is
-- none). Sorted by cell, events are joined and summed in two thirds of the time.
SELECT o, u, t, cell, before
FROM (SELECT o, u, t, cell, lag(t, 1, $no_second::BIGINT) OVER (PARTITION BY o, u ORDER BY t) AS before FROM pairs_event)
WHERE before <> t
ORDER BY cell
