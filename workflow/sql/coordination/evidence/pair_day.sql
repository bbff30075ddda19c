-- Days on which two accounts were near each other, with one difference in time: that of the first near pair of acts on the
-- rarest object. The acts of two accounts on one day are dependent, so a day counts once.
SELECT
    account_a,
    account_b,
    day,
    arg_min(time, (object << 32) + time) AS time,
    arg_min(difference, (object << 32) + time) AS difference
FROM near_pair
GROUP BY account_a, account_b, day
