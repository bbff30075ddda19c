-- The chances of the trials of pairs that were together often enough to be an edge.
SELECT account_a, account_b, day, chance
FROM trial
SEMI JOIN (
    SELECT account_a, account_b
    FROM trial
    GROUP BY account_a, account_b
    HAVING count(*) FILTER (together) >= $least_days
) USING (account_a, account_b)
ORDER BY account_a, account_b, day
