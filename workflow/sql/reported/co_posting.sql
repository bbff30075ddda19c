-- Accounts with a post of some archives, and those of them that posted a text, or reposted a post, that another account
-- posted or reposted within a number of seconds (co-tweet or co-retweet: Schoch et al. 2022).
WITH act AS (
    SELECT
        archive_id || ' ' || account_id AS account,
        posted_at,
        CASE
            WHEN is_repost
            THEN 'repost ' || referenced(archive_id, reposted_post_id, inexact_reference.reposted_post_id, inexact_reference.file)
            ELSE 'text ' || text
        END AS object
    FROM post
    WHERE archive_id IN (SELECT unnest($archives))
),

near AS (
    SELECT account, min(account) OVER around <> max(account) OVER around AS in_company
    FROM act
    WHERE object IS NOT NULL
    WINDOW around AS (
        PARTITION BY object
        ORDER BY posted_at
        RANGE BETWEEN to_seconds($window_seconds::BIGINT) PRECEDING AND to_seconds($window_seconds::BIGINT) FOLLOWING
    )
)

SELECT (SELECT count(DISTINCT account) FROM act) AS accounts, count(DISTINCT account) FILTER (in_company) AS in_company
FROM near
