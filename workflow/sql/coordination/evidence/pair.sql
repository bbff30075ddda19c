-- Pairs of accounts with a near day: number of near days and of days within the window, and event pairs and objects within
-- the window. Of several days on which the two were near at the same time of the day only the first counts, because
-- accounts that post by the clock meet every day.
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
