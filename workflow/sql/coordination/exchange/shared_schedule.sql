-- Pairs of accounts that both keep a clock, with the days on which they were together on the same object: they are not tested.
WITH kept AS (
    SELECT account, object, time, day
    FROM timed_act
    WHERE keeps_clock AND crowd BETWEEN 1 AND $cap
)

SELECT one.account AS account_a, other.account AS account_b, count(DISTINCT one.day) AS days_together
FROM kept AS one
JOIN kept AS other
    ON other.object = one.object AND other.day = one.day AND other.account > one.account
    AND abs(other.time - one.time) <= $window
GROUP BY one.account, other.account
HAVING count(DISTINCT one.day) >= $least_days
ORDER BY one.account, other.account
