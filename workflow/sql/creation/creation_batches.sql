-- Accounts of a population by decoded creation instant; an instant is a millisecond or the start of an interval.
SELECT
    epoch_ms(created_at)::BIGINT AS at_ms,
    max(1000 * resolution_seconds)::DOUBLE AS resolution_ms,
    sum(accounts)::BIGINT AS accounts,
    weakest(provenance) AS provenance
FROM creation_instant
WHERE list_contains($archives, archive_id)
GROUP BY created_at
ORDER BY created_at
