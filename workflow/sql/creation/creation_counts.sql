-- Accounts of the given archives by creation day: one row for each day, archive and provenance.
SELECT
    created_on,
    archive_id,
    CAST(sum(accounts) AS BIGINT) AS accounts,
    provenance
FROM creation_day
WHERE archive_id IN (SELECT unnest($archives))
GROUP BY created_on, archive_id, provenance
ORDER BY created_on, archive_id, provenance
