-- What a study has of each archive that can answer for a reported number, with its provenance; simulated records never can.
SELECT archive_id, 'accounts' AS basis, provenance FROM archive WHERE has_accounts AND provenance = 'release'
UNION ALL
SELECT archive_id, 'posts', provenance FROM archive WHERE has_posts AND provenance = 'release'
UNION ALL
SELECT DISTINCT archive_id, 'creation days', provenance FROM creation_day WHERE provenance <> 'replica'
UNION ALL
SELECT DISTINCT archive_id, 'posting hours', 'aggregate' FROM published_post_hour
ORDER BY archive_id, basis
