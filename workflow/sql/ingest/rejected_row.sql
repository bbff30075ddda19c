-- Table rejected_row. The record number of a row is its place among the rows read, plus the number of records lost before
-- it (blank or malformed). A header is record 1.
WITH numbered AS (
    SELECT part, member, record, row_number() OVER (PARTITION BY part, member ORDER BY record) AS number
    FROM lost_record
),

-- How many records were lost before the rows from a place on.
lost AS (
    SELECT part, member, record - first_record + 1 - number AS place, max(number) AS lost_before
    FROM numbered
    JOIN source_file USING (part, member)
    GROUP BY ALL
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
        faulty.part,
        faulty.member,
        first_record + faulty.place + coalesce(lost_before, 0),
        coalesce(own, fault_column),
        fault,
        excerpt
    FROM faulty
    ASOF LEFT JOIN lost
        ON lost.part = faulty.part AND lost.member = faulty.member AND faulty.place >= lost.place
    LEFT JOIN own_name ON own_name.column_name = fault_column
)

SELECT $archive_id AS archive_id, file, record, column_name, reason, excerpt
FROM rejected
JOIN source_file USING (part, member)
ORDER BY file, record
