-- Near pairs of accounts that are not linked, by object, block of days and the speeds of the faster and the slower account.
SELECT
    act_pair >> 26 AS object,
    day // $block_days AS block,
    act_pair & 255 AS speeds,
    count(*) AS pairs,
    count(*) FILTER ((act_pair >> 8) & 1 = 1) AS pairs_together
FROM near_pair
ANTI JOIN linked USING (account_a, account_b, day)
GROUP BY ALL
