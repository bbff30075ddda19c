-- Pair-days of partners: accounts that were together on their other days at least as often as the table habit says.
SELECT account_a, account_b, day, together
FROM pair_day
JOIN (
    SELECT account_a, account_b, days_together, least_together
    FROM pair_total
    JOIN habit ON habit.population = pair_total.population AND other_days = days - 1
    WHERE days_together >= least_together
) USING (account_a, account_b)
WHERE days_together - together::INTEGER >= least_together
