-- The events of some traces as numbers, without repeats at the resolution: accounts and objects numbered from 0, blocks of days
-- from the first day. Accounts are in the order of their names, and so are objects that several accounts share; those of one
-- account come last in any order, since no pair is made of them and sorting texts is slow.
WITH event AS (
    SELECT account, trace, object, floor(epoch(time))::BIGINT // $resolution * $resolution AS second
    FROM read_parquet($files)
    WHERE trace IN (SELECT unnest($traces))
),

numbered_account AS MATERIALIZED (
    SELECT account, row_number() OVER (ORDER BY account) - 1 AS number FROM (SELECT DISTINCT account FROM event)
),

numbered_event AS MATERIALIZED (
    SELECT number AS account, trace, object, second FROM event JOIN numbered_account USING (account)
),

numbered_object AS (
    SELECT trace, object, row_number() OVER (ORDER BY if(is_shared, trace, NULL), if(is_shared, object, NULL)) - 1 AS number
    FROM (SELECT trace, object, min(account) < max(account) AS is_shared FROM numbered_event GROUP BY trace, object)
)

SELECT DISTINCT
    account,
    number AS object,
    second AS time,
    (second + ($utc_offset_hours * 3600)::BIGINT - epoch($since::TIMESTAMP)::BIGINT) // (86400 * $block_days) AS block
FROM numbered_event
JOIN numbered_object USING (trace, object)
-- Random draws depend on this order, which is by a unique key; sorting numbers is faster than sorting texts.
ORDER BY account, time, number
