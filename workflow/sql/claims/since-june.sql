-- Share of the posts of August 2019 that were made in June 2019 or later (UTC), when the protests had begun.
WITH number AS (
    SELECT 'since' AS part, value, provenance, source
    FROM published_number('china_082019_1+china_082019_2', 'posts.since_2019-06', 'basel2020')
    UNION ALL
    SELECT 'all' AS part, value, provenance, source
    FROM published_number('china_082019_1+china_082019_2', 'posts.total', 'basel2020')
)

SELECT
    sum(value) FILTER (part = 'since') / sum(value) FILTER (part = 'all') AS value,
    NULL AS low,
    NULL AS high,
    'share of posts' AS unit,
    weakest(provenance) AS provenance,
    string_agg(DISTINCT source, ' and ' ORDER BY source) AS source
FROM number
HAVING count(*) = 2
