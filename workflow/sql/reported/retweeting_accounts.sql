-- Accounts of some archives with at least one retweet: how many, with how many retweets, on how many days (UTC).
WITH retweeting AS (
    SELECT count(*) AS retweets, count(DISTINCT posted_at::DATE) AS days
    FROM post
    WHERE
        archive_id IN (SELECT unnest($archives))
        AND coalesce(reposted_post_id, inexact_reference.reposted_post_id) IS NOT NULL
    GROUP BY archive_id, account_id
)

UNPIVOT (
    SELECT
        CAST(count(*) AS DOUBLE) AS accounts,
        avg(retweets) AS retweets_mean,
        stddev_pop(retweets) AS retweets_sd,
        avg(days) AS days_mean,
        stddev_pop(days) AS days_sd
    FROM retweeting
) ON COLUMNS(*) INTO NAME key VALUE observed
ORDER BY key
