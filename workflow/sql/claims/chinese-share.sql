-- Share of the posts of August 2019 that are in Chinese.
WITH number AS (
    SELECT 'chinese' AS part, value, provenance, source
    FROM published_number('china_082019_1+china_082019_2', 'posts.by_language.zh', 'basel2020')
    UNION ALL
    SELECT 'all' AS part, value, provenance, source
    FROM published_number('china_082019_1+china_082019_2', 'posts.total', 'basel2020')
)

SELECT
    sum(value) FILTER (part = 'chinese') / sum(value) FILTER (part = 'all') AS value,
    NULL AS low,
    NULL AS high,
    'share of posts' AS unit,
    weakest(provenance) AS provenance,
    string_agg(DISTINCT source, ' and ' ORDER BY source) AS source
FROM number
HAVING count(*) = 2
