-- Share of the posts of August 2019 whose text holds 香港, of any year.
WITH number AS (
    SELECT 'named' AS part, value, provenance, source
    FROM published_number('china_082019_1+china_082019_2', 'content.hong_kong_chinese_any_year', 'carlping2019')
    UNION ALL
    SELECT 'all' AS part, value, provenance, source
    FROM published_number('china_082019_1+china_082019_2', 'posts.total', 'carlping2019')
)

SELECT
    sum(value) FILTER (part = 'named') / sum(value) FILTER (part = 'all') AS value,
    NULL AS low,
    NULL AS high,
    'share of posts' AS unit,
    weakest(provenance) AS provenance,
    string_agg(DISTINCT source, ' and ' ORDER BY source) AS source
FROM number
HAVING count(*) = 2
