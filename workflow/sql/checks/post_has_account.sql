-- Every post belongs to an account of the same archive; each rejected row may explain one missing account.
SELECT archive_id, missing, coalesce(rejected, 0) AS rejected
FROM (SELECT archive_id, count(DISTINCT account_id) AS missing FROM post ANTI JOIN account USING (archive_id, account_id) GROUP BY archive_id)
LEFT JOIN (SELECT archive_id, count(*) AS rejected FROM rejected_row GROUP BY archive_id) USING (archive_id)
WHERE missing > coalesce(rejected, 0)
