-- Near pairs of posts whose rarest common object, by the accounts that used it that day, is in public use: an account linked to
-- neither of the two used it too, or more than 126 did. That object may be why they are near each other. `place` is the object
-- and day.
WITH kept_use AS MATERIALIZED (
    SELECT account, shared_use.time, place, users, cell
    FROM shared_use
    JOIN kept_act USING (account, time)
)

SELECT account_a, account_b, time, difference, rarest // 2 % 1073741824 AS place
FROM (
    SELECT
        one.account AS account_a,
        other.account AS account_b,
        one.time,
        other.time - one.time AS difference,
        min(
            (one.users * 1073741824 + one.place) * 2
            + (one.users > 126 OR bit_count(partners_a.seats | partners_b.seats) < one.users)::INTEGER
        ) AS rarest
    FROM (SELECT *, cell + step AS adjacent FROM kept_use CROSS JOIN (VALUES (-1), (0), (1)) AS steps (step)) AS one
    JOIN kept_use AS other
        ON other.place = one.place AND other.cell = one.adjacent
        AND other.account > one.account
        AND other.time BETWEEN one.time - $near AND one.time + $near
    LEFT JOIN seated_partners AS partners_a ON partners_a.account = one.account AND partners_a.place = one.place
    LEFT JOIN seated_partners AS partners_b ON partners_b.account = other.account AND partners_b.place = one.place
    GROUP BY one.account, other.account, one.time, difference
)
WHERE rarest % 2 = 1
