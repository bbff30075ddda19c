-- Accounts of a population by creation day, with the weakest provenance of the day's archives.
SELECT
    created_on,
    sum(accounts)::BIGINT AS accounts,
    weakest(provenance) AS provenance
FROM creation_day
WHERE list_contains($archives, archive_id)
GROUP BY created_on
ORDER BY created_on
