-- Followers of the accounts of some archives.
UNPIVOT (
    SELECT
        CAST(sum(follower_count) AS DOUBLE) AS followers_sum,
        CAST(sum(following_count) AS DOUBLE) AS following_sum,
        avg(follower_count) AS followers_mean,
        CAST(max(follower_count) AS DOUBLE) AS followers_max,
        CAST(count(*) FILTER (follower_count = 0) AS DOUBLE) AS without_followers
    FROM account
    WHERE archive_id IN (SELECT unnest($archives))
) ON COLUMNS(*) INTO NAME key VALUE observed
ORDER BY key
