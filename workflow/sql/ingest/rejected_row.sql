-- Table rejected_row. The record number of a row is its place among the rows read, plus the number of records lost before
-- it (blank or malformed). A header is record 1.
WITH lost AS (
    SELECT
        part,
        member,
        -- number of rows read before this lost record
        record - first_record + 1 - row_number() OVER (PARTITION BY part, member ORDER BY record) AS rows_before
    FROM lost_record
    JOIN source_file USING (part, member)
),

faulty AS (
    SELECT part, member, file_row_number - source_file.rows_before AS place, first_record, fault_column, fault, excerpt
    FROM kind_row
    JOIN source_file USING (part, member)
    WHERE fault NOT IN ('repeated_header', 'not_asked')
),

rejected AS (
    SELECT part, member, record, column_name, reason, excerpt FROM lost_record
    UNION ALL
    SELECT
        part,
        member,
        first_record + place + (
            SELECT count(*) FROM lost
            WHERE lost.part = faulty.part AND lost.member = faulty.member AND lost.rows_before <= faulty.place
        ),
        coalesce(own, fault_column), fault, excerpt
    FROM faulty
    LEFT JOIN own_name ON own_name.column_name = fault_column
)

SELECT $archive_id AS archive_id, file, record, column_name, reason, excerpt
FROM rejected
JOIN source_file USING (part, member)
ORDER BY file, record
