-- Posts of $archives by local month and host of a link, without www; the $top commonest of each month with at least $fewest posts.
-- A host counts once in a post. A host with a part that is the handle of an account, as of a personal page, is left out.
WITH link AS (
    SELECT DISTINCT
        archive_id,
        post_id,
        regexp_extract(lower(value), '^https?://(?:[^/?#@]*@)?(?:www\.)?([^/?#:]+)', 1) AS host
    FROM post_url
    WHERE archive_id IN (SELECT unnest($archives))
)

SELECT
    strftime(local_time(posted_at), '%Y-%m') AS month,
    row_number() OVER (PARTITION BY month ORDER BY count(*) DESC, host) AS rank,
    host AS value,
    count(*) AS posts
FROM link
JOIN post USING (archive_id, post_id)
WHERE host <> '' AND NOT list_has_any(string_split(host, '.'), (SELECT coalesce(list(handle), []) FROM handle))
GROUP BY month, host
HAVING count(*) >= $fewest
QUALIFY rank <= $top
ORDER BY month, rank
