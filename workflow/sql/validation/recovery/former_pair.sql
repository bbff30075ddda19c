-- Days on which two accounts were near each other and together, for the former test: of several days on which they were near at
-- the same time of the day, twice as long as near, the first.
SELECT one.account AS account_a, other.account AS account_b, days_near, days_together
FROM (
    SELECT
        account_a,
        account_b,
        count(*)::INTEGER AS days_near,
        count(*) FILTER (abs(difference) <= $window)::INTEGER AS days_together
    FROM (
        SELECT account_a, account_b, arg_min(difference, day) AS difference
        FROM pair_day
        GROUP BY account_a, account_b, second // (2 * $near)
    )
    GROUP BY account_a, account_b
)
JOIN account_number AS one ON one.number = account_a
JOIN account_number AS other ON other.number = account_b
ORDER BY one.number, other.number
