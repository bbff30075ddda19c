-- Year in which the accounts of August 2019 posted most (UTC), in all languages; the earliest of several.
WITH period AS (
    SELECT
        left(right(measure, 7), 4)::INTEGER AS year,
        sum(value) AS posts,
        weakest(provenance) AS provenance,
        max(source) AS source
    FROM published_number('china_082019_?', 'posts.by_month.*', 'basel2020')
    GROUP BY year
)

SELECT year AS value, NULL AS low, NULL AS high, 'year' AS unit, provenance, source
FROM period
ORDER BY posts DESC, year
LIMIT 1
