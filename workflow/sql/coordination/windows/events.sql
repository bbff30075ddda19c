-- The events of some traces as numbers, without repeats at the resolution: accounts and objects numbered from 0 in the
-- order of their names, blocks of days from the first day.
WITH event AS (
    SELECT DISTINCT account, trace, object, floor(epoch(time))::BIGINT // $resolution * $resolution AS second
    FROM read_parquet($files)
    WHERE trace IN (SELECT unnest($traces))
),

numbered_account AS (
    SELECT account, row_number() OVER (ORDER BY account) - 1 AS number FROM (SELECT DISTINCT account FROM event)
),

numbered_object AS (
    SELECT trace, object, row_number() OVER (ORDER BY trace, object) - 1 AS number FROM (SELECT DISTINCT trace, object FROM event)
)

SELECT
    numbered_account.number AS account,
    numbered_object.number AS object,
    second AS time,
    (second + ($utc_offset_hours * 3600)::BIGINT - epoch($since::TIMESTAMP)::BIGINT) // (86400 * $block_days) AS block
FROM event
JOIN numbered_account USING (account)
JOIN numbered_object USING (trace, object)
-- Random draws depend on this order, which is by a unique key; sorting numbers is faster than sorting texts.
ORDER BY numbered_account.number, time, numbered_object.number
