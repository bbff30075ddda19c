-- Days on which two accounts were near each other, with one difference in time: that of the first near pair of acts on the
-- rarest object. The acts of two accounts on one day are dependent, so a day counts once. Object, second of the local day and
-- difference are the digits of one number, since the smallest of numbers is soon found.
SELECT
    account_a,
    account_b,
    day,
    (first // 262144 % 131072 + 86400 * day::BIGINT - $offset_seconds) AS time,
    (first % 262144 - 131072)::INTEGER AS difference
FROM (
    SELECT
        account_a,
        account_b,
        day,
        min((object * 131072 + time + $offset_seconds - 86400 * day::BIGINT) * 262144 + difference + 131072) AS first
    FROM near_pair
    GROUP BY account_a, account_b, day
)
