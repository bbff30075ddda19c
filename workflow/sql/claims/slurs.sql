-- Posts of the disclosure of 19 August 2019 with a term of $slurs and a term of $topic; no row without posts.
SELECT
    count(*) FILTER (
        WHERE len(list_filter($slurs, lambda term: contains(lower(text), term))) > 0
            AND len(list_filter($topic, lambda term: contains(lower(text), term))) > 0
    ) AS value,
    NULL AS low,
    NULL AS high,
    'posts' AS unit,
    max(provenance) AS provenance -- posts are of a release or a replica, and 'replica' sorts last
FROM post
JOIN archive USING (archive_id)
WHERE platform = 'twitter' AND role = 'operation' AND released_on = DATE '2019-08-19'
HAVING count(*) > 0
