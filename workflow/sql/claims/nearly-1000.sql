-- Accounts of August 2019 that ever posted, and the accounts, pages and groups that Facebook announced.
WITH number AS (
    SELECT value, provenance, source
    FROM published_number('china_082019_1+china_082019_2', 'accounts.with_posts', 'chua2019')
    UNION ALL
    SELECT value, provenance, 'Facebook''s own announcement (copied by basel2020)'
    FROM published_number('facebook_082019', 'facebook.*_removed', 'basel2020')
)

SELECT
    sum(value) AS value,
    NULL AS low,
    NULL AS high,
    'accounts, pages and groups' AS unit,
    weakest(provenance) AS provenance,
    string_agg(DISTINCT source, ' and ' ORDER BY source) AS source
FROM number
HAVING count(*) = 4
