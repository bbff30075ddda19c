-- Posts of the accounts of August 2019 in November and December 2017 (UTC) over those of their two fullest months, in all languages.
WITH period AS (
    SELECT
        right(measure, 7) AS month,
        sum(value) AS posts,
        weakest(provenance) AS provenance,
        max(source) AS source
    FROM published_number('china_082019_?', 'posts.by_month.*', 'basel2020')
    GROUP BY month
)

SELECT
    sum(posts) FILTER (month IN ('2017-11', '2017-12')) / list_sum(max(posts, 2)) AS value,
    NULL AS low,
    NULL AS high,
    'ratio' AS unit,
    weakest(provenance) AS provenance,
    max(source) AS source
FROM period
HAVING count(*) > 1
