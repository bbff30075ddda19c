-- Accounts of the archive of September 2019 that were created after the announcement; no row where no date is known.
SELECT
    coalesce(sum(accounts) FILTER (WHERE created_on > DATE '2019-08-19'), 0) AS value,
    NULL AS low,
    NULL AS high,
    'accounts' AS unit,
    weakest(provenance) AS provenance,
    NULL AS source
FROM creation_day
WHERE archive_id = 'china_092019' AND provenance <> 'replica'
HAVING count(*) > 0
