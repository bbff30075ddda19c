-- Each day on which two accounts were near each other, with one difference in time: on the rarest object that they
-- shared, the first if there are several. What two accounts did on one day hangs together, so it counts once.
SELECT
    account_a,
    account_b,
    day,
    arg_min(time, (object << 32) + time) AS time,
    arg_min(difference, (object << 32) + time) AS difference
FROM near_pair
GROUP BY account_a, account_b, day
