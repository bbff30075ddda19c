-- Accounts of $archives with a post, numbered from 0.
SELECT
    (row_number() OVER (ORDER BY archive_id, account_id) - 1)::INTEGER AS account,
    archive_id,
    account_id,
    provenance
FROM (SELECT DISTINCT archive_id, account_id FROM post WHERE archive_id IN (SELECT unnest($archives)))
JOIN archive USING (archive_id)
