-- Pages that Facebook announced on 19 August 2019 as removed; the source copies the announcement.
SELECT
    value,
    NULL AS low,
    NULL AS high,
    'pages' AS unit,
    announced.provenance,
    'Facebook''s own announcement (copied by basel2020)' AS source
FROM published_number('facebook_082019', 'facebook.pages_removed', 'basel2020') AS announced
JOIN archive USING (archive_id)
