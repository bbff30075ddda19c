-- Links in the posts of some archives to given domains and what lies below them, as written.
WITH link AS (
    SELECT string_split(lower(regexp_extract(value, '^https?://([^/?#:]+)', 1)), '.') AS parts
    FROM post_url
    WHERE archive_id IN (SELECT unnest($archives)) AND starts_with(lower(value), 'http')
),

domain AS (
    SELECT unnest(list_transform(range(1, len(parts) + 1), lambda place: array_to_string(parts[place:], '.'))) AS key
    FROM link
)

SELECT key, count(*) AS observed
FROM domain
WHERE list_contains($keys, key)
GROUP BY key
ORDER BY key
