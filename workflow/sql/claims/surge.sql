-- Posts a month from May to July 2019 of the accounts of September 2019 over those of February to April, in all languages.
WITH period AS (
    SELECT measure >= 'posts.by_month.2019-05' AS is_surge, value, provenance, source
    FROM published_number('china_092019', 'posts.by_month.2019-0[2-7]', 'basel2020')
)

SELECT
    sum(value) FILTER (is_surge) / sum(value) FILTER (NOT is_surge) AS value,
    NULL AS low,
    NULL AS high,
    'ratio' AS unit,
    weakest(provenance) AS provenance,
    max(source) AS source
FROM period
HAVING count(*) = 6
