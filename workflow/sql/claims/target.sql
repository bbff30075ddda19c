-- Share of posts with a term of $topic from 9 June 2019 on (Hong Kong time), less the share before; no row without posts.
WITH scored AS (
    SELECT
        posted_at >= TIMESTAMP '2019-06-08 16:00:00' AS is_late,
        regexp_matches(text, array_to_string(list_transform($topic, lambda term: regexp_escape(term)), '|'), 'i') AS is_on_topic,
        provenance
    FROM post
    JOIN archive USING (archive_id)
    WHERE
        platform = 'twitter' AND role = 'operation' AND released_on = DATE '2019-08-19'
        AND text IS NOT NULL
)

SELECT
    avg(is_on_topic::INTEGER) FILTER (WHERE is_late) - avg(is_on_topic::INTEGER) FILTER (WHERE NOT is_late) AS value,
    NULL AS low,
    NULL AS high,
    'difference of shares' AS unit,
    max(provenance) AS provenance -- posts are of a release or a replica, and 'replica' sorts last
FROM scored
HAVING count(*) > 0
