-- Of each kind of clusters of pair-days, which share an account, a pair of accounts, a block of days, or two of these: how many
-- clusters there are, and the sums over clusters of the squares and the product of their two counts, of pair-days and of pair-days
-- that are together. All numbers are whole, so that no sum depends on the order of its rows.
WITH cell AS MATERIALIZED (
    SELECT
        account_a,
        account_b,
        day // $block_days AS block,
        count(*) AS near,
        count(*) FILTER (abs(difference) <= $window) AS together
    FROM pair_day
    GROUP BY account_a, account_b, block
),

account_block AS MATERIALIZED (
    SELECT account, block, sum(near)::BIGINT AS near, sum(together)::BIGINT AS together
    FROM (
        SELECT account_a AS account, block, near, together FROM cell
        UNION ALL
        SELECT account_b, block, near, together FROM cell
    )
    GROUP BY account, block
),

cluster AS (
    SELECT 'pair_block' AS kind, near, together FROM cell
    UNION ALL
    SELECT 'account_block', near, together FROM account_block
    UNION ALL
    SELECT 'account', sum(near)::BIGINT, sum(together)::BIGINT FROM account_block GROUP BY account
    UNION ALL
    SELECT 'block', sum(near)::BIGINT // 2, sum(together)::BIGINT // 2 FROM account_block GROUP BY block
    UNION ALL
    SELECT 'pair', sum(near)::BIGINT, sum(together)::BIGINT FROM cell GROUP BY account_a, account_b
)

SELECT
    any_value($factor) AS factor,
    kind,
    count(*) AS clusters,
    sum(near)::BIGINT AS near,
    sum(together)::BIGINT AS together,
    sum(near * near)::BIGINT AS near_squared,
    sum(near * together)::BIGINT AS near_by_together,
    sum(together * together)::BIGINT AS together_squared
FROM cluster
GROUP BY kind
ORDER BY kind
