-- The accounts of some archives that have posts, numbered: sorting millions of posts by a number takes a tenth of the time.
SELECT
    row_number() OVER (ORDER BY archive_id, account_id)::INTEGER AS number,
    archive_id,
    account_id,
    account.created_on,
    archive.provenance
FROM account
JOIN archive USING (archive_id)
WHERE archive_id IN (SELECT unnest($archives)) AND archive.has_posts
