-- Posts of a published chart by day and hour in Hong Kong, in some languages: how many, and the shares of hours and days.
UNPIVOT (
    SELECT
        CAST(sum(posts) AS DOUBLE) AS posts,
        sum(posts) FILTER (hour BETWEEN 9 AND 16) / sum(posts) AS share_09_17,
        sum(posts) FILTER (hour BETWEEN 8 AND 17) / sum(posts) AS share_08_18,
        sum(posts) FILTER (isodow(posted_on) > 5) / sum(posts) AS share_weekend
    FROM published_post_hour
    WHERE archive_id IN (SELECT unnest($archives)) AND list_contains($languages, language)
) ON COLUMNS(*) INTO NAME key VALUE observed
ORDER BY key
