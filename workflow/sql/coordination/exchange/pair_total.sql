-- On how many days two accounts were near each other, and on how many of these together.
SELECT account_a, account_b, population, count(*) AS days, count(*) FILTER (together) AS days_together
FROM pair_day
JOIN member ON account = account_a
GROUP BY account_a, account_b, population
