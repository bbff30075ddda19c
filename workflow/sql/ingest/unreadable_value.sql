-- Table unreadable_value: values of kept rows that were there but not of their column's kind.
WITH counted AS (
    SELECT part, member, count_if(COLUMNS('unreadable_(.*)')) AS '\1' FROM sound_kind_row GROUP BY part, member
)

SELECT $archive_id AS archive_id, file, coalesce(own, column_name) AS column_name, unreadable::BIGINT AS unreadable
FROM (UNPIVOT counted ON COLUMNS(* EXCLUDE (part, member)) INTO NAME column_name VALUE unreadable)
JOIN source_file USING (part, member)
LEFT JOIN own_name USING (column_name)
WHERE unreadable > 0
ORDER BY file, column_name
