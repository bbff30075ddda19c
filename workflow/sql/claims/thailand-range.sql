-- Share of the accounts of the release on Thailand that were created from April 2019 to March 2020; no row where no date is known.
SELECT
    coalesce(sum(accounts) FILTER (created_on BETWEEN DATE '2019-04-01' AND DATE '2020-03-31'), 0) / sum(accounts) AS value,
    NULL AS low,
    NULL AS high,
    'share of accounts' AS unit,
    weakest(provenance) AS provenance,
    NULL AS source
FROM creation_day
WHERE archive_id = 'thailand_092020' AND provenance <> 'replica'
HAVING count(*) > 0
