-- The coarsest of day, hour, minute and second, in seconds, of which the times of a population are multiples: what is
-- compared is compared by it.
SELECT coalesce(max(resolution), 1)
FROM (
    SELECT
        CASE
            WHEN bool_or(second % 60 <> 0) THEN 1
            WHEN bool_or(second % 3600 <> 0) THEN 60
            WHEN bool_or(second % 86400 <> 0) THEN 3600
            ELSE 86400
        END AS resolution
    FROM (SELECT filename, floor(epoch(time))::BIGINT AS second FROM read_parquet($files, filename = true))
    GROUP BY filename
)
