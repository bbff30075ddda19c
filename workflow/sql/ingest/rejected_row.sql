-- Table rejected_row. A row that was read knows its place among the rows that were read; the records that
-- were lost before it (blank or malformed) are added to get the number of its record. The header is record 1.
WITH lost AS (
    SELECT
        *,
        -- rows that were read before this lost record
        record - 1 - row_number() OVER (PARTITION BY file_number ORDER BY record) AS rows_before
    FROM lost_record
),
faulty AS (
    SELECT file_number, file_row_number, fault_column, fault, excerpt
    FROM reading
    WHERE fault <> 'repeated_header'
),
rejected AS (
    SELECT file_number, record, column_name, reason, excerpt FROM lost_record
    UNION ALL
    SELECT
        faulty.file_number,
        2 + file_row_number + (
            SELECT count(*) FROM lost
            WHERE lost.file_number = faulty.file_number AND lost.rows_before <= faulty.file_row_number
        ),
        fault_column, fault, excerpt
    FROM faulty
)
SELECT $archive_id AS archive_id, file, record, column_name, reason, excerpt
FROM rejected
JOIN csv_file USING (file_number)
ORDER BY file, record
