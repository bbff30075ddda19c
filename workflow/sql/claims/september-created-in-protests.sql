-- Share of the accounts of September 2019 that were created from May to August 2019.
WITH number AS (
    SELECT 'created' AS part, value, provenance, source
    FROM published_number('china_092019', 'accounts.by_creation_month.2019-0[5-8]', 'chua2019')
    UNION ALL
    SELECT 'all' AS part, value, provenance, source
    FROM published_number('china_092019', 'accounts.with_posts', 'chua2019')
)

SELECT
    sum(value) FILTER (part = 'created') / sum(value) FILTER (part = 'all') AS value,
    NULL AS low,
    NULL AS high,
    'share of accounts' AS unit,
    weakest(provenance) AS provenance,
    string_agg(DISTINCT source, ' and ' ORDER BY source) AS source
FROM number
HAVING count(*) = 5
