-- The accounts with an event of any trace, numbered from 0 in the order of their ids. A holder of the archive can compute the
-- digest and find the account again; the id itself is not published. The letter before the digest prevents programs from
-- reading it as a number, such as 12e4.
SELECT
    (row_number() OVER (ORDER BY account) - 1)::INTEGER AS number,
    archive_id,
    account,
    'a' || substring(sha256(archive_id || ' ' || account), 1, 15) AS digest,
    created_on,
    epoch_ms(created_at) AS created_ms,
    provenance
FROM (SELECT account, min(archive_id) AS archive_id FROM read_parquet($events) GROUP BY account)
JOIN archive USING (archive_id)
LEFT JOIN (SELECT archive_id, account_id AS account, created_on, created_at FROM account) USING (archive_id, account)
