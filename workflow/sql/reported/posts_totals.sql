-- Posts of some archives: how many, of how many accounts, from when to when, and how many refer to others.
UNPIVOT (
    SELECT
        CAST(count(*) AS VARCHAR) AS posts,
        CAST(count(DISTINCT account_id) AS VARCHAR) AS accounts,
        strftime(min(posted_at), '%Y-%m-%d %H:%M:%S') AS first,
        strftime(max(posted_at), '%Y-%m-%d %H:%M:%S') AS last,
        CAST(count(*) FILTER (coalesce(language, '') = '') AS VARCHAR) AS language_missing,
        CAST(count(coalesce(reposted_post_id, inexact_reference.reposted_post_id)) AS VARCHAR) AS retweets,
        CAST(count(coalesce(reposted_account_id, inexact_reference.reposted_account_id)) AS VARCHAR) AS retweets_of_accounts,
        CAST(count(coalesce(reply_to_post_id, inexact_reference.reply_to_post_id)) AS VARCHAR) AS replies,
        CAST(count(coalesce(reply_to_account_id, inexact_reference.reply_to_account_id)) AS VARCHAR) AS replies_to_accounts,
        CAST(count(coalesce(quoted_post_id, inexact_reference.quoted_post_id)) AS VARCHAR) AS quotes
    FROM post
    WHERE archive_id IN (SELECT unnest($archives))
) ON COLUMNS(*) INTO NAME key VALUE observed
ORDER BY key
