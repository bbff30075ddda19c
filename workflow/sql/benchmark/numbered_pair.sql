-- Pairs of accounts by the numbers of both; `this_pairs` is the relation of takedown.pairs.find_pairs.
SELECT a.number AS first, b.number AS second, event_pairs, this_pairs.objects AS shared, a.objects AS objects_a, b.objects AS objects_b
FROM this_pairs
JOIN account AS a ON a.account = account_a
JOIN account AS b ON b.account = account_b
ORDER BY first, second
