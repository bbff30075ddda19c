-- Each pair of accounts with a day near each other: days, and what was together, within the window.
SELECT account_a, account_b, days_near, days_within, event_pairs, objects
FROM (
    SELECT
        account_a,
        account_b,
        count(*)::INTEGER AS days_near,
        count(*) FILTER (abs(difference) <= $window)::INTEGER AS days_within
    FROM pair_day
    GROUP BY account_a, account_b
)
JOIN (
    SELECT
        account_a,
        account_b,
        count(*) FILTER (abs(difference) <= $window)::INTEGER AS event_pairs,
        count(DISTINCT object) FILTER (abs(difference) <= $window)::INTEGER AS objects
    FROM near_pair
    GROUP BY account_a, account_b
) USING (account_a, account_b)
