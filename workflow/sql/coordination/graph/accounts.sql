SELECT digest, archive_id, created_on, created_ms, provenance
FROM network_account
ORDER BY number
