-- Events of some traces in numbers, those alike at the resolution once: accounts from 0 in the order of their names,
-- objects from 0 in theirs, blocks of days from the first day on.
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
-- Draws depend on the order, which is that of a unique key; numbers are sorted sooner than texts.
ORDER BY numbered_account.number, time, numbered_object.number
