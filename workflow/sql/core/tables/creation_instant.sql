-- Accounts by creation instant decoded from the id: from a release if there is one, else from the published aggregate,
-- else from a replica.
SELECT archive_id, account.created_at, 0.001::DOUBLE AS resolution_seconds, count(*)::INTEGER AS accounts, archive.provenance
FROM account
JOIN archive USING (archive_id)
WHERE account.created_at IS NOT NULL
  AND (archive.provenance = 'release' OR archive_id NOT IN (SELECT archive_id FROM published_creation_clock))
GROUP BY archive_id, account.created_at, archive.provenance
UNION ALL BY NAME
SELECT archive_id, created_at::TIMESTAMP_MS AS created_at, 300::DOUBLE AS resolution_seconds, accounts, 'aggregate' AS provenance
FROM published_creation_clock
WHERE archive_id IN (SELECT archive_id FROM archive WHERE provenance <> 'release')
ORDER BY archive_id, created_at
