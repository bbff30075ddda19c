-- Each day on which two accounts were near each other, and whether they were together: on the rarest object that they shared,
-- the first time if there are several. What two accounts did on one day hangs together, so it counts once. `first` is that
-- near pair: object, second of the local day, whether it is together and the speeds of the two accounts are the digits of
-- one number, since the smallest of numbers is soon found.
SELECT account_a, account_b, day, first, first % 200 >= 100 AS together
FROM (
    SELECT
        account_a,
        account_b,
        day,
        min(
            (object * 131072 + time + $offset_seconds - 86400 * day::BIGINT) * 200
            + 100 * (abs(difference) <= $window)::INTEGER + 10 * faster + slower
        ) AS first
    FROM near_pair
    GROUP BY account_a, account_b, day
)
