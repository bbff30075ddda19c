-- Table rejected_row. A row that was read knows its place among the rows that were read; the records that
-- were lost before it (blank or malformed) are added to get the number of its record. A header is record 1.
WITH lost AS (
    SELECT
        *,
        -- rows that were read before this lost record
        record - first_record + 1 - row_number() OVER (PARTITION BY file_number ORDER BY record) AS rows_before
    FROM lost_record
    JOIN source_file USING (file_number)
),
faulty AS (
    SELECT file_number, file_row_number, fault_column, fault, excerpt
    FROM reading
    WHERE fault NOT IN ('repeated_header', 'not_asked')
),
rejected AS (
    SELECT file_number, record, column_name, reason, excerpt FROM lost_record
    UNION ALL
    SELECT
        faulty.file_number,
        first_record + file_row_number + (
            SELECT count(*) FROM lost
            WHERE lost.file_number = faulty.file_number AND lost.rows_before <= faulty.file_row_number
        ),
        coalesce(own, fault_column), fault, excerpt
    FROM faulty
    JOIN source_file USING (file_number)
    LEFT JOIN own_name ON own_name.column_name = fault_column
)
SELECT $archive_id AS archive_id, file, record, column_name, reason, excerpt
FROM rejected
JOIN source_file USING (file_number)
ORDER BY file, record
