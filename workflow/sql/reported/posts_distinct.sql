-- Different texts, minutes and languages of the posts of some archives.
UNPIVOT (
    SELECT
        count(DISTINCT text) AS texts,
        count(DISTINCT date_trunc('minute', posted_at)) AS minutes,
        count(DISTINCT nullif(language, '')) AS languages
    FROM post
    WHERE archive_id IN (SELECT unnest($archives))
) ON COLUMNS(*) INTO NAME key VALUE observed
ORDER BY key
