-- Rows read = kept + duplicate + rejected + repeated headers + not asked for, and every rejected row is listed.
SELECT archive_id, file, rows_read, rows_kept, rows_duplicate, rows_rejected, rows_repeated_header, rows_not_asked, listed
FROM row_account
LEFT JOIN (SELECT archive_id, file, count(*) AS listed FROM rejected_row GROUP BY ALL) USING (archive_id, file)
WHERE rows_read <> rows_kept + rows_duplicate + rows_rejected + rows_repeated_header + rows_not_asked OR rows_rejected <> coalesce(listed, 0)
