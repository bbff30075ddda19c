-- Share of the posts of the release on Thailand that were made before 2 March 2020 (UTC); no row without its records.
SELECT
    avg(CAST(posted_at < TIMESTAMP '2020-03-02' AS INTEGER)) AS value,
    NULL AS low,
    NULL AS high,
    'share of posts' AS unit,
    weakest(provenance) AS provenance,
    NULL AS source
FROM post
JOIN archive USING (archive_id)
WHERE archive_id = 'thailand_092020' AND provenance <> 'replica'
HAVING count(*) > 0
