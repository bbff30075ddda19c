-- Each row with its time in whole seconds; a row with several faults counts by the first of them.
SELECT
    account,
    object,
    -- What no number of 64 bits holds is refused afterwards, like all that is beyond the calendar.
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
