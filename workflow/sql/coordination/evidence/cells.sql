-- Number of pair-days by pair of accounts and block of days.
SELECT
    account_a,
    account_b,
    day // $block_days AS block,
    count(*) AS days_near,
    count(*) FILTER (abs(difference) <= $window) AS days_within,
    any_value($factor) AS factor
FROM pair_day
GROUP BY account_a, account_b, block
ORDER BY account_a, account_b, block
