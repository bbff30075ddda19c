-- Pairs of acts of two accounts on the same object that are near each other, with the difference of their times, which
-- `find_pairs` does not return. The day is that of the account whose name comes first, so midnight separates no pair.
-- Acts with more near acts than the cap are left out. Cells of time of length near keep the join small.
WITH kept AS (
    SELECT account, object, time, day, time // $near AS cell
    FROM act
    WHERE crowd BETWEEN 1 AND $cap
)

SELECT
    one.account AS account_a,
    other.account AS account_b,
    one.object,
    one.day,
    one.time,
    (other.time - one.time)::INTEGER AS difference
FROM (SELECT *, cell + step AS adjacent FROM kept CROSS JOIN (VALUES (-1), (0), (1)) AS steps (step)) AS one
JOIN kept AS other
    ON other.object = one.object AND other.cell = one.adjacent
    AND other.account > one.account
    AND other.time BETWEEN one.time - $near AND one.time + $near
