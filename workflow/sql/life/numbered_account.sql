-- Accounts of those of $archives that have posts, numbered: millions of posts are sorted by a number in a tenth of the time.
SELECT
    row_number() OVER (ORDER BY archive_id, account_id)::INTEGER AS number,
    archive_id,
    account_id,
    account.created_on,
    archive.provenance
FROM account
JOIN archive USING (archive_id)
WHERE archive_id IN (SELECT unnest($archives)) AND archive.has_posts
