-- Accounts by creation day and language: from a release if there is one, else from the published aggregate, else a replica.
SELECT archive_id, account.created_on, account.language, count(*)::INTEGER AS accounts, archive.provenance
FROM account
JOIN archive USING (archive_id)
WHERE archive.provenance = 'release'
   OR archive_id NOT IN (SELECT archive_id FROM published_creation_day)
GROUP BY archive_id, account.created_on, account.language, archive.provenance
UNION ALL BY NAME
SELECT archive_id, created_on, language, accounts, 'aggregate' AS provenance
FROM published_creation_day
WHERE archive_id IN (SELECT archive_id FROM archive WHERE provenance <> 'release')
ORDER BY archive_id, created_on, language
