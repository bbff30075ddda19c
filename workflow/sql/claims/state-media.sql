-- Share of posts of the disclosure of 19 August 2019 that link to a domain of $domains; no row without posts.
WITH operation AS (
    SELECT archive_id, provenance
    FROM archive
    WHERE platform = 'twitter' AND role = 'operation' AND released_on = DATE '2019-08-19'
),

host AS (
    SELECT archive_id, post_id, lower(regexp_extract(value, '^https?://([^/?#:]+)', 1)) AS name
    FROM post_url
),

linking AS (
    SELECT DISTINCT archive_id, post_id
    FROM host
    JOIN unnest($domains) AS listed (domain) ON name = domain OR ends_with(name, '.' || domain)
)

SELECT
    count(linking.post_id) / count(*) AS value,
    NULL AS low,
    NULL AS high,
    'share of posts' AS unit,
    max(operation.provenance) AS provenance -- posts are of a release or a replica, and 'replica' sorts last
FROM post
JOIN operation USING (archive_id)
LEFT JOIN linking USING (archive_id, post_id)
HAVING count(*) > 0
