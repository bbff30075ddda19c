-- Number of rejected rows and of values set to null, by reason.
SELECT archive_id, file, 'rejected row' AS what, reason, coalesce(column_name, '') AS column_name, count(*) AS number, archive.provenance
FROM rejected_row
JOIN archive USING (archive_id)
GROUP BY ALL
UNION ALL BY NAME
SELECT archive_id, file, 'unreadable value' AS what, 'not of the column''s type' AS reason, column_name, sum(unreadable)::BIGINT AS number, archive.provenance
FROM unreadable_value
JOIN archive USING (archive_id)
GROUP BY ALL
ORDER BY archive_id, file, what, reason, column_name
