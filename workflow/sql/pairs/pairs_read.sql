-- Each row with its time in whole seconds; a row with several faults is counted under the first of them.
SELECT
    account,
    object,
    -- Times that do not fit into 64 bits are refused later, like all times that are too large.
    CASE
        WHEN seconds IS NOT NULL
        THEN coalesce(try_cast(floor(seconds) AS BIGINT), 9223372036854775807)
    END AS t,
    seconds <> floor(seconds) AS is_cut,
    CASE
        WHEN is_blank(account) THEN 1
        WHEN is_blank(object) THEN 2
        WHEN NOT time_is_given THEN 3
        WHEN seconds IS NULL THEN 4
        ELSE 0
    END::UTINYINT AS fault
FROM pairs_source
