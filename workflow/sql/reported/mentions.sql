-- Mentions in the posts of some archives since a day (UTC), and the handles by which texts name the accounts mentioned.
UNPIVOT (
    SELECT
        count(*) AS mentions,
        count(DISTINCT regexp_extract_all(text, '@[a-zA-Z0-9_+=]{3,}')[position]) AS handles
    FROM post_mention
    JOIN post USING (archive_id, post_id)
    WHERE archive_id IN (SELECT unnest($archives)) AND posted_at >= $since::DATE
) ON COLUMNS(*) INTO NAME key VALUE observed
ORDER BY key
