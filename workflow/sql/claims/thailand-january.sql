-- Share of the accounts of the release on Thailand that were created in January 2020; no row where no date is known.
SELECT
    coalesce(sum(accounts) FILTER (created_on BETWEEN DATE '2020-01-01' AND DATE '2020-01-31'), 0) / sum(accounts) AS value,
    NULL AS low,
    NULL AS high,
    'share of accounts' AS unit,
    weakest(provenance) AS provenance,
    NULL AS source
FROM creation_day
WHERE archive_id = 'thailand_092020' AND provenance <> 'replica'
HAVING count(*) > 0
