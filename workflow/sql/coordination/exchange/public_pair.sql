-- Near pairs of posts whose rarest common object, by the accounts that used it that day, is in public use: an account linked to
-- neither of the two used it too, or more than 126 did. That object may be why they are near each other. `place` is the object
-- and day. One use at a time is joined: pairs of all uses of an object would be too many.
WITH use_of_one AS MATERIALIZED (
    SELECT account_a, account_b, near_pair.time, difference, place, users
    FROM near_pair
    JOIN shared_use ON account = account_a AND shared_use.time = near_pair.time
)

SELECT account_a, account_b, time, difference, rarest // 2 % 1073741824 AS place
FROM (
    SELECT
        account_a,
        account_b,
        use_of_one.time,
        difference,
        min(
            (use_of_one.users * 1073741824 + use_of_one.place) * 2
            + (use_of_one.users > 126 OR bit_count(partners_a.seats | partners_b.seats) < use_of_one.users)::INTEGER
        ) AS rarest
    FROM use_of_one
    JOIN shared_use AS other
        ON other.account = account_b AND other.time = use_of_one.time + difference AND other.place = use_of_one.place
    LEFT JOIN seated_partners AS partners_a
        ON partners_a.account = account_a AND partners_a.place = use_of_one.place
    LEFT JOIN seated_partners AS partners_b
        ON partners_b.account = account_b AND partners_b.place = use_of_one.place
    GROUP BY account_a, account_b, use_of_one.time, difference
)
WHERE rarest % 2 = 1
