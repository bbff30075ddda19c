-- Table unreadable_value: number of values of kept rows that were present but not of their column's type.
WITH found AS (SELECT part, member, unnest(unreadable) AS column_name FROM sound_kind_row WHERE len(unreadable) > 0)

SELECT $archive_id AS archive_id, file, coalesce(own, column_name) AS column_name, count(*) AS unreadable
FROM found
JOIN source_file USING (part, member)
LEFT JOIN own_name USING (column_name)
GROUP BY ALL
ORDER BY file, column_name
