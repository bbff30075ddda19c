-- The decoded creation instants of a release or replica agree with the published counts by five minutes.
SELECT archive_id, created_at, read.accounts AS accounts_read, published.accounts AS accounts_published
FROM (
    SELECT archive_id, time_bucket(INTERVAL 5 MINUTES, created_at::TIMESTAMP) AS created_at, count(*) AS accounts
    FROM account
    WHERE created_at IS NOT NULL AND archive_id IN (SELECT archive_id FROM published_creation_clock)
    GROUP BY ALL
) AS read
FULL JOIN (
    SELECT * FROM published_creation_clock
    WHERE archive_id IN (SELECT archive_id FROM archive WHERE has_accounts)
) AS published
USING (archive_id, created_at)
WHERE read.accounts IS DISTINCT FROM published.accounts
ORDER BY archive_id, created_at
