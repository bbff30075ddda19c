-- What the pairs of one call share, with names; `_this` stands for the number of the call.
SELECT x.account AS account_a, y.account AS account_b, object, event_pairs, events_a, events_b
FROM temp.pairs_by_object_this
JOIN temp.pairs_account_this AS x ON x.account_number = a
JOIN temp.pairs_account_this AS y ON y.account_number = b
JOIN temp.pairs_object_this ON object_number = o
