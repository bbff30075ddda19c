-- What becomes of each row before any two are compared; a row with several faults counts by the first of them.
SELECT
    count(*) AS rows_read,
    count(*) FILTER (fault = 1) AS without_account,
    count(*) FILTER (fault = 2) AS without_object,
    count(*) FILTER (fault = 3) AS without_time,
    count(*) FILTER (fault = 4) AS unreadable_time,
    count(*) FILTER (seconds <> second) AS cut_to_the_second,
    coalesce(max(abs(seconds)), 0) AS furthest_second,
    CASE
        WHEN count(second) = 0 OR bool_or(second % 60 <> 0) THEN 1
        WHEN bool_or(second % 3600 <> 0) THEN 60
        WHEN bool_or(second % 86400 <> 0) THEN 3600
        ELSE 86400
    END AS resolution_seconds
FROM (
    SELECT
        seconds,
        try_cast(floor(seconds) AS BIGINT) AS second,
        CASE
            WHEN is_blank(account) THEN 1
            WHEN is_blank(object) THEN 2
            WHEN NOT time_is_given THEN 3
            WHEN seconds IS NULL THEN 4
        END AS fault
    FROM pairs_source
)
