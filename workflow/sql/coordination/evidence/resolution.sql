-- The coarsest unit (day, hour, minute or second, in seconds) of which all times of a population are multiples.
SELECT CASE
    WHEN bool_or(second % 60 <> 0) THEN 1
    WHEN bool_or(second % 3600 <> 0) THEN 60
    WHEN bool_or(second % 86400 <> 0) THEN 3600
    WHEN count(*) > 0 THEN 86400
    ELSE 1
END
FROM (SELECT floor(epoch(time))::BIGINT AS second FROM read_parquet($files))
