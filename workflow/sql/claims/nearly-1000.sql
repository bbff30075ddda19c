-- Accounts of the disclosure of 19 August 2019 with a post in 2019; no row where there are no posts.
SELECT
    count(DISTINCT (archive_id, account_id)) FILTER (WHERE year(posted_at) = 2019) AS value,
    NULL AS low,
    NULL AS high,
    'accounts' AS unit,
    weakest(provenance) AS provenance,
    NULL AS source
FROM post
JOIN archive USING (archive_id)
WHERE platform = 'twitter' AND role = 'operation' AND released_on = DATE '2019-08-19'
HAVING count(*) > 0
