-- Number of rows of each file by outcome.
SELECT archive_id, file, rows_read, rows_kept, rows_duplicate, rows_rejected, rows_repeated_header, rows_not_asked, archive.provenance
FROM row_account
JOIN archive USING (archive_id)
ORDER BY archive_id, file
