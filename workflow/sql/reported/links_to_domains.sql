-- Links in the posts of some archives to one of some domains or what lies below it, as written.
WITH link AS (
    SELECT lower(regexp_extract(value, '^https?://([^/?#:]+)', 1)) AS host
    FROM post_url
    WHERE archive_id IN (SELECT unnest($archives)) AND starts_with(lower(value), 'http')
)

SELECT '' AS key, count(*) AS observed
FROM link
WHERE len(list_filter($domains, lambda domain: host = domain OR ends_with(host, '.' || domain))) > 0
