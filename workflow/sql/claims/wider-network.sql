-- Accounts of the wider network that were published: those of the archive of September 2019.
SELECT
    published_accounts AS value,
    NULL AS low,
    NULL AS high,
    'accounts' AS unit,
    'aggregate' AS provenance,
    NULL AS source
FROM archive
WHERE archive_id = 'china_092019' AND published_accounts IS NOT NULL
