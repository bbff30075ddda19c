-- The trials of each pair of accounts with days enough: pair-days, of those at one time of the day the first alone, with the
-- chance of the two to be together. It comes from the other near pairs of the object and block of days whose two accounts are as fast or
-- faster and not linked: the share of them that is together, the pair itself counted as one more that is; it is at least
-- what chance gives. A trial without such pairs, or with none but pairs that are together, tells nothing and is left out. Whether a
-- trial is explained, by an object in public use, is asked of whole timelines alone: an object that is none of those of the acts.
WITH first_day AS MATERIALIZED (
    SELECT
        account_a,
        account_b,
        day,
        day // $block_days AS block,
        first >> 26 AS object,
        (first >> 8) & 1 = 1 AS together,
        first & 255 AS speeds
    FROM (
        SELECT account_a, account_b, min(day) AS day, arg_min(first, day) AS first
        FROM pair_day
        SEMI JOIN (
            FROM pair_total WHERE days >= $least_days AND account_a BETWEEN $first AND $last
        ) USING (account_a, account_b)
        WHERE account_a BETWEEN $first AND $last
        GROUP BY account_a, account_b, ((first >> 9) & 131071) // $part
    )
),

reference AS (
    SELECT
        of.object,
        of.block,
        of.speeds,
        sum(cell.pairs)::BIGINT AS pairs,
        sum(cell.pairs_together)::BIGINT AS pairs_together
    FROM (SELECT DISTINCT object, block, speeds FROM first_day) AS of
    JOIN cell USING (object, block)
    WHERE cell.speeds >> 4 <= of.speeds >> 4 AND cell.speeds & 15 <= of.speeds & 15
    GROUP BY ALL
)

SELECT
    account_a,
    account_b,
    day,
    together,
    reference.pairs - (linked.day IS NULL)::INTEGER AS others,
    reference.pairs_together - (linked.day IS NULL AND together)::INTEGER AS others_together,
    greatest($chance, (1 + others_together) / (1 + others)) AS chance,
    object > (SELECT max(object) FROM timed_act) AS is_explained
FROM first_day
JOIN reference USING (object, block, speeds)
LEFT JOIN (FROM linked WHERE account_a BETWEEN $first AND $last) AS linked USING (account_a, account_b, day, together)
WHERE others > others_together
