-- Pairs of acts of two accounts on the same object and local day that are near each other, with the speeds of the faster
-- and the slower account; without pairs of accounts that both keep a clock. Of a large population some days are drawn: day
-- times the golden section of 2^32 falls evenly on all of it (D. E. Knuth, The Art of Computer Programming 3, 6.4). Cells of
-- time as long as what is near keep the join short.
WITH kept AS (
    SELECT account, object, time, day, speed, keeps_clock, time // $near AS cell
    FROM timed_act
    WHERE crowd BETWEEN 1 AND $cap AND day::BIGINT * 2654435761 % 4294967296 < 4294967296 * $share
)

SELECT
    one.account AS account_a,
    other.account AS account_b,
    one.object,
    one.day,
    one.time,
    (other.time - one.time)::INTEGER AS difference,
    least(one.speed, other.speed) AS faster,
    greatest(one.speed, other.speed) AS slower
FROM (SELECT *, cell + step AS adjacent FROM kept CROSS JOIN (VALUES (-1), (0), (1)) AS steps (step)) AS one
JOIN kept AS other
    ON other.object = one.object AND other.cell = one.adjacent
    AND other.account > one.account
    AND other.day = one.day
    AND other.time BETWEEN one.time - $near AND one.time + $near
WHERE NOT (one.keeps_clock AND other.keeps_clock)
