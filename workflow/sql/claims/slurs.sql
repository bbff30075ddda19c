-- Posts of the disclosure of 19 August 2019 with a term of $slurs and a term of $topic; no row without posts.
SELECT
    count(*) FILTER (
        WHERE regexp_matches(text, array_to_string(list_transform($slurs, lambda term: regexp_escape(term)), '|'), 'i')
            AND regexp_matches(text, array_to_string(list_transform($topic, lambda term: regexp_escape(term)), '|'), 'i')
    ) AS value,
    NULL AS low,
    NULL AS high,
    'posts' AS unit,
    max(provenance) AS provenance -- posts are of a release or a replica, and 'replica' sorts last
FROM post
JOIN archive USING (archive_id)
WHERE platform = 'twitter' AND role = 'operation' AND released_on = DATE '2019-08-19'
HAVING count(*) > 0
