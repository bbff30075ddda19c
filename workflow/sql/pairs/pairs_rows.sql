-- Number of rows by fault, and the precision of the times, before any rows are compared.
SELECT
    count(*) AS rows_read,
    count(*) FILTER (fault = 1) AS without_account,
    count(*) FILTER (fault = 2) AS without_object,
    count(*) FILTER (fault = 3) AS without_time,
    count(*) FILTER (fault = 4) AS unreadable_time,
    count(*) FILTER (is_cut) AS cut_to_the_second,
    coalesce(max(abs(t::DOUBLE)), 0) AS furthest_second,
    CASE
        WHEN count(t) = 0 OR bool_or(t % 60 <> 0) THEN 1
        WHEN bool_or(t % 3600 <> 0) THEN 60
        WHEN bool_or(t % 86400 <> 0) THEN 3600
        ELSE 86400
    END AS resolution_seconds
FROM pairs_read
