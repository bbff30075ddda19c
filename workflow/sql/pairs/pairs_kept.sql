-- Events that are not in a burst, with the time of the account's previous event among them.
SELECT o, u, t, cell, lag(t, 1, $no_second::BIGINT) OVER (PARTITION BY o, u ORDER BY t) AS before
FROM pairs_compared
ANTI JOIN (SELECT o, u, t FROM pairs_crowd WHERE others > $cap) USING (o, u, t)
ORDER BY cell
