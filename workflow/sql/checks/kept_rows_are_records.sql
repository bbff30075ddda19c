-- Every kept row is an account or a post, and vice versa.
SELECT archive_id, kept, records
FROM (SELECT archive_id, sum(rows_kept) AS kept FROM row_account GROUP BY archive_id)
FULL JOIN (
    SELECT archive_id, count(*) AS records
    FROM (SELECT archive_id FROM account UNION ALL SELECT archive_id FROM post)
    GROUP BY archive_id
) USING (archive_id)
WHERE kept IS DISTINCT FROM records
