-- Days on which two accounts were near each other, with one difference in time, which `find_pairs` does not return: that of the first
-- near pair of acts on the rarest object. The acts of two accounts on one day are dependent, so a day counts once; `pairs` and
-- `pairs_within` count the near pairs of acts of that day. The day is that of the account whose name comes first, so midnight
-- separates no pair. Acts with more near acts than the cap are left out. Cells of time of length near keep the join small.
-- Days are from $first to $last. Object, second of the local day and difference are the digits of one number, since the smallest of numbers is soon found.
WITH kept AS (
    SELECT account, object, time, day, time // $near AS cell
    FROM act
    WHERE crowd BETWEEN 1 AND $cap
        AND day BETWEEN $first - $near // 86400 - 1 AND $last + $near // 86400 + 1
)

SELECT
    account_a,
    account_b,
    day,
    ((((first >> 18) & 131071) - $offset_seconds + 172800) % 86400)::INTEGER AS second,
    ((first & 262143) - 131072)::INTEGER AS difference,
    pairs,
    pairs_within
FROM (
    SELECT
        one.account AS account_a,
        other.account AS account_b,
        one.day,
        min(
            (one.object << 35) + ((one.time + $offset_seconds - 86400 * one.day::BIGINT) << 18)
            + other.time - one.time + 131072
        ) AS first,
        count(*)::INTEGER AS pairs,
        (count(*) FILTER (abs(other.time - one.time) <= $window))::INTEGER AS pairs_within
    FROM (SELECT *, cell + step AS adjacent FROM kept CROSS JOIN (VALUES (-1), (0), (1)) AS steps (step)) AS one
    JOIN kept AS other
        ON other.object = one.object AND other.cell = one.adjacent
        AND other.account > one.account
        AND other.time BETWEEN one.time - $near AND one.time + $near
    WHERE one.day BETWEEN $first AND $last
    GROUP BY one.account, other.account, one.day
)
