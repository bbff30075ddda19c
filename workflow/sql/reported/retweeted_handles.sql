-- Different handles after RT @ in the posts of some archives since a day (UTC).
SELECT 'handles' AS key, count(DISTINCT nullif(regexp_extract(text, '^RT\s(@[a-zA-Z0-9_+=]{3,})', 1), '')) AS observed
FROM post
WHERE archive_id IN (SELECT unnest($archives)) AND posted_at >= $since::DATE
