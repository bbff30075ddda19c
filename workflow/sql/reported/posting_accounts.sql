-- Accounts of some archives with and without posts, and what differs among those with posts.
WITH listed AS (
    SELECT account.*, (archive_id, account_id) IN (SELECT (archive_id, account_id) FROM post) AS has_posts
    FROM account
    WHERE archive_id IN (SELECT unnest($archives))
)

UNPIVOT (
    SELECT
        CAST(count(*) FILTER (NOT has_posts) AS DOUBLE) AS without_posts,
        avg(follower_count) FILTER (has_posts) AS followers_mean,
        CAST(count(DISTINCT nullif(reported_location, '')) FILTER (has_posts) AS DOUBLE) AS reported_locations,
        CAST(count(DISTINCT created_on) FILTER (has_posts) AS DOUBLE) AS creation_dates,
        CAST(count(DISTINCT nullif(language, '')) FILTER (has_posts) AS DOUBLE) AS account_languages
    FROM listed
) ON COLUMNS(*) INTO NAME key VALUE observed
ORDER BY key
