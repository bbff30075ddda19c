-- The chances of the trials of pairs that were together often enough to be an edge: in whole timelines on days that no object in
-- public use explains, since what such an object shows is for the test by object.
SELECT account_a, account_b, day, chance
FROM trial
SEMI JOIN (
    SELECT account_a, account_b
    FROM trial
    GROUP BY account_a, account_b
    HAVING count(*) FILTER (together AND NOT is_explained) >= $least_days
) USING (account_a, account_b)
ORDER BY account_a, account_b, day
