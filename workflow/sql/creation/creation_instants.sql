-- Accounts of the given archives by decoded creation instant, in UTC milliseconds since 1970.
SELECT
    epoch_ms(created_at) AS created_ms,
    CAST(sum(accounts) AS BIGINT) AS accounts,
    provenance
FROM creation_instant
WHERE archive_id IN (SELECT unnest($archives))
GROUP BY created_ms, provenance
ORDER BY created_ms, provenance
