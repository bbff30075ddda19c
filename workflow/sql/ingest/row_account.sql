-- Table row_account: rows_read comes from the file itself, the others from what became of its rows.
WITH row_fate AS (
    SELECT
        file_number,
        count_if(fault IS NULL) AS readable,
        count_if(fault = 'repeated_header') AS repeated_header,
        count_if(fault = 'not_asked') AS not_asked,
        count_if(fault NOT IN ('repeated_header', 'not_asked')) AS faulty
    FROM reading
    GROUP BY file_number
),
duplicates AS (SELECT file_number, count(*) AS duplicate FROM duplicate GROUP BY file_number),
losses AS (SELECT file_number, count(*) AS lost FROM lost_record GROUP BY file_number)
SELECT
    $archive_id AS archive_id,
    file,
    rows_read,
    (coalesce(readable, 0) - coalesce(duplicate, 0))::BIGINT AS rows_kept,
    coalesce(duplicate, 0)::BIGINT AS rows_duplicate,
    (coalesce(faulty, 0) + coalesce(lost, 0))::BIGINT AS rows_rejected,
    coalesce(repeated_header, 0)::BIGINT AS rows_repeated_header,
    coalesce(not_asked, 0)::BIGINT AS rows_not_asked
FROM source_file
LEFT JOIN row_fate USING (file_number)
LEFT JOIN duplicates USING (file_number)
LEFT JOIN losses USING (file_number)
ORDER BY file
