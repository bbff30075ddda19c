-- Table unreadable_value: values of kept rows that were there but not of their column's kind.
WITH counted AS (
    SELECT file_number, count_if(COLUMNS('unreadable_(.*)')) AS '\1' FROM kept GROUP BY file_number
)
SELECT $archive_id AS archive_id, file, column_name, unreadable::BIGINT AS unreadable
FROM (UNPIVOT counted ON COLUMNS(* EXCLUDE (file_number)) INTO NAME column_name VALUE unreadable)
JOIN csv_file USING (file_number)
WHERE unreadable > 0
ORDER BY file, column_name
