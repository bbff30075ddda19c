-- Each pair of accounts with a day near each other: days, and what was together, within the window. Of the days on which
-- the two were near at the same time of the day the first alone counts: whoever posts by the clock does so every day.
SELECT
    account_a,
    account_b,
    days_near,
    days_within,
    coalesce(event_pairs, 0) AS event_pairs,
    coalesce(objects, 0) AS objects
FROM (
    SELECT
        account_a,
        account_b,
        count(*)::INTEGER AS days_near,
        count(*) FILTER (abs(difference) <= $window)::INTEGER AS days_within
    FROM (
        SELECT account_a, account_b, arg_min(difference, day) AS difference
        FROM pair_day
        GROUP BY account_a, account_b, time % 86400 // (2 * $near)
    )
    GROUP BY account_a, account_b
)
LEFT JOIN (
    SELECT account_a, account_b, count(*)::INTEGER AS event_pairs, count(DISTINCT object)::INTEGER AS objects
    FROM near_pair
    WHERE abs(difference) <= $window
    GROUP BY account_a, account_b
) USING (account_a, account_b)
