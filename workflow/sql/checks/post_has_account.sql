-- Every post belongs to an account of the same archive.
SELECT archive_id, account_id, count(*) FROM post ANTI JOIN account USING (archive_id, account_id) GROUP BY ALL
