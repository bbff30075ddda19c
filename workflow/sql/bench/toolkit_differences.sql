-- Pairs in which the toolkit differs. It has two rows for a pair, one from each side, each with the number of different
-- events of its first account; and one for each account with itself, which is no pair.
WITH theirs AS (
    SELECT x.user_1 AS account_a, x.user_2 AS account_b, x.weight AS events_a, y.weight AS events_b
    FROM read_csv($theirs) AS x
    JOIN read_csv($theirs) AS y ON y.user_1 = x.user_2 AND y.user_2 = x.user_1
    WHERE x.user_1 < x.user_2
)

SELECT count(*)
FROM (SELECT account_a, account_b, events_a, events_b FROM read_csv($ours)) AS ours
FULL JOIN theirs USING (account_a, account_b)
WHERE ours.events_a IS DISTINCT FROM theirs.events_a OR ours.events_b IS DISTINCT FROM theirs.events_b
