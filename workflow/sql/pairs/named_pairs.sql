-- The pairs of one call with the names of the accounts; `_this` stands for the number of the call. Account numbers have
-- the same order as names and are sorted in half the time.
SELECT x.account AS account_a, y.account AS account_b, event_pairs, objects, events_a, events_b
FROM temp.pairs_found_this
JOIN temp.pairs_account_this AS x ON x.account_number = a
JOIN temp.pairs_account_this AS y ON y.account_number = b
ORDER BY a, b
