-- Pairs of acts of two accounts on the same object and local day that are near each other; without pairs of accounts that both
-- keep a clock. Pairs that the table public_pair explains are on its object, which has a number above those of the acts. `act_pair`
-- orders the pairs of a pair-day: the digits of one number, since the smallest of numbers is soon found, are its object, the second
-- of the local day (17 bits), whether it is together (1) and the speeds of the faster and the slower account (4 each).
SELECT
    one.account AS account_a,
    other.account AS account_b,
    one.day,
    (coalesce(place + last_object, one.object) << 26)
    + ((one.time + $offset_seconds - 86400 * one.day::BIGINT) << 9)
    + ((abs(other.time - one.time) <= $window)::BIGINT << 8)
    + (least(one.speed, other.speed) << 4)
    + greatest(one.speed, other.speed) AS act_pair
FROM (SELECT *, cell + step AS adjacent FROM kept_act CROSS JOIN (VALUES (-1), (0), (1)) AS steps (step)) AS one
JOIN kept_act AS other
    ON other.object = one.object AND other.cell = one.adjacent
    AND other.account > one.account
    AND other.day = one.day
    AND other.time BETWEEN one.time - $near AND one.time + $near
LEFT JOIN public_pair
    ON public_pair.account_a = one.account AND public_pair.account_b = other.account
    AND public_pair.time = one.time AND public_pair.difference = other.time - one.time
CROSS JOIN (SELECT max(object) AS last_object FROM timed_act)
WHERE NOT (one.keeps_clock AND other.keeps_clock)
