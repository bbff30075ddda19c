-- Provenance of the posts of given archives.
SELECT DISTINCT provenance
FROM archive
WHERE has_posts AND archive_id IN (SELECT unnest($archives))
ORDER BY provenance
