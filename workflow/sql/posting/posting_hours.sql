-- Posts of the given archives by local day and hour. An empty list of languages selects all languages.
SELECT
    posted_on,
    hour,
    CAST(sum(posts) AS BIGINT) AS posts,
    provenance
FROM post_hour
WHERE
    archive_id IN (SELECT unnest($archives))
    AND (len($languages) = 0 OR language IN (SELECT unnest($languages)))
GROUP BY posted_on, hour, provenance
ORDER BY posted_on, hour, provenance
