-- The trials of each pair of accounts with days enough: pair-days, of those at one time of the day the first alone, with the
-- chance of the two to be together. It comes from the other near pairs of the object and block of days whose two accounts are as fast or
-- faster and not linked: the share of them that is together, the pair itself counted as one more that is; it is at least
-- what chance gives. A trial without such pairs, or with none but pairs that are together, tells nothing and is left out. Whether a
-- trial is explained, by an object in public use, is asked of whole timelines alone: an object that is none of those of the acts.
WITH cell AS MATERIALIZED (
    SELECT
        object,
        day // $block_days AS block,
        faster,
        slower,
        count(*) AS pairs,
        count(*) FILTER (abs(difference) <= $window) AS pairs_together
    FROM near_pair
    ANTI JOIN linked USING (account_a, account_b, day)
    GROUP BY ALL
),

first_day AS MATERIALIZED (
    SELECT
        account_a,
        account_b,
        day,
        day // $block_days AS block,
        first // 26214400 AS object,
        first % 200 >= 100 AS together,
        first % 100 // 10 AS faster,
        first % 10 AS slower
    FROM (
        SELECT account_a, account_b, min(day) AS day, arg_min(first, day) AS first
        FROM pair_day
        SEMI JOIN (FROM pair_total WHERE days >= $least_days) USING (account_a, account_b)
        GROUP BY account_a, account_b, first // 200 % 131072 // $part
    )
),

reference AS (
    SELECT
        of.object,
        of.block,
        of.faster,
        of.slower,
        sum(cell.pairs)::BIGINT AS pairs,
        sum(cell.pairs_together)::BIGINT AS pairs_together
    FROM (SELECT DISTINCT object, block, faster, slower FROM first_day) AS of
    JOIN cell USING (object, block)
    WHERE cell.faster <= of.faster AND cell.slower <= of.slower
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
JOIN reference USING (object, block, faster, slower)
LEFT JOIN linked USING (account_a, account_b, day, together)
WHERE others > others_together
