-- Where the posts of some archives come from.
SELECT DISTINCT provenance
FROM archive
WHERE has_posts AND archive_id IN (SELECT unnest($archives))
ORDER BY provenance
