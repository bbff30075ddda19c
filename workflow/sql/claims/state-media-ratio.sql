-- Links to eight Chinese state outlets per post of September 2019, over those per post of August 2019.
WITH number AS (
    FROM published_number('china_0?2019*', 'posts.link_occurrences_prc_state_media', 'basel2020')
    UNION ALL
    FROM published_number('china_0?2019*', 'posts.total', 'basel2020')
),

release AS (
    SELECT
        archive_id = 'china_092019' AS is_september,
        sum(value) FILTER (measure = 'posts.link_occurrences_prc_state_media') / sum(value) FILTER (measure = 'posts.total') AS rate,
        weakest(provenance) AS provenance,
        max(source) AS source
    FROM number
    WHERE NOT contains(archive_id, '+')
    GROUP BY is_september
    HAVING count(*) = CASE WHEN is_september THEN 2 ELSE 4 END
)

SELECT
    max(rate) FILTER (is_september) / max(rate) FILTER (NOT is_september) AS value,
    NULL AS low,
    NULL AS high,
    'ratio' AS unit,
    weakest(provenance) AS provenance,
    max(source) AS source
FROM release
HAVING count(*) = 2
