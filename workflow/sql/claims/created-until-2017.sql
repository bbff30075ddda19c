-- Share of the accounts of August 2019 that were created in 2017 or earlier; no row where no date is known.
SELECT
    coalesce(sum(accounts) FILTER (year(created_on) <= 2017), 0) / sum(accounts) AS value,
    NULL AS low,
    NULL AS high,
    'share of accounts' AS unit,
    weakest(provenance) AS provenance,
    NULL AS source
FROM creation_day
WHERE archive_id GLOB 'china_082019_?' AND provenance <> 'replica'
HAVING count(*) > 0
