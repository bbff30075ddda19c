-- Posts of the given archives by local day, hour and language.
SELECT
    posted_on,
    hour,
    coalesce(language, '') AS language,
    sum(posts)::BIGINT AS posts,
    weakest(provenance) AS provenance
FROM post_hour
WHERE list_contains($archives, archive_id)
GROUP BY posted_on, hour, coalesce(language, '')
ORDER BY posted_on, hour, language
