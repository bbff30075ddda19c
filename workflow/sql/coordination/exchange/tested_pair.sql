-- Pairs of accounts with trials enough, how often they were together, and the smallest p-value that they could have, as a
-- logarithm in thousand millionths, so that no sum depends on the order of its rows.
SELECT
    account_a,
    account_b,
    population,
    count(*) AS days,
    count(*) FILTER (together) AS days_together,
    sum(round(1e9 * ln(chance))::BIGINT)::BIGINT AS log_smallest
FROM trial
JOIN member ON account = account_a
GROUP BY account_a, account_b, population
HAVING count(*) >= $least_days
ORDER BY account_a, account_b
