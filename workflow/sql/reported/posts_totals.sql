-- Posts of some archives: how many, of how many accounts, from when to when, and how many refer to others.
UNPIVOT (
    SELECT
        CAST(count(*) AS VARCHAR) AS posts,
        CAST(count(DISTINCT account_id) AS VARCHAR) AS accounts,
        strftime(min(posted_at), '%Y-%m-%d %H:%M:%S') AS first,
        strftime(max(posted_at), '%Y-%m-%d %H:%M:%S') AS last,
        CAST(count(*) FILTER (coalesce(language, '') = '') AS VARCHAR) AS language_missing,
        CAST(count(reposted_post_id) AS VARCHAR) AS retweets,
        CAST(count(reposted_account_id) AS VARCHAR) AS retweets_of_accounts,
        CAST(count(reply_to_post_id) AS VARCHAR) AS replies,
        CAST(count(reply_to_account_id) AS VARCHAR) AS replies_to_accounts,
        CAST(count(quoted_post_id) AS VARCHAR) AS quotes
    FROM post
    WHERE archive_id IN (SELECT unnest($archives))
) ON COLUMNS(*) INTO NAME key VALUE observed
ORDER BY key
