-- Posts of some archives since a day (UTC) whose text begins with RT and a given handle.
SELECT regexp_extract(text, '^RT\s(@[a-zA-Z0-9_+=]{3,})', 1) AS key, count(*) AS observed
FROM post
WHERE archive_id IN (SELECT unnest($archives)) AND posted_at >= $since::DATE
GROUP BY key
HAVING list_contains($keys, key)
ORDER BY key
