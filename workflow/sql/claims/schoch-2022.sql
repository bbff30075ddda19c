-- Share of accounts of the disclosure of 19 August 2019 that posted the same text, or reposted the same post, within
-- 60 seconds of another of its accounts (after Schoch et al. 2022); of the accounts with any post. No row without posts.
WITH event AS (
    SELECT
        archive_id || ':' || account_id AS account,
        posted_at,
        is_repost,
        CASE WHEN is_repost THEN reposted_post_id ELSE text END AS shared,
        provenance
    FROM post
    JOIN archive USING (archive_id)
    WHERE platform = 'twitter' AND role = 'operation' AND released_on = DATE '2019-08-19'
),

-- Another account is near an event exactly when the smallest and the largest account of its minute differ.
near AS (
    SELECT
        account,
        min(account) OVER minute <> max(account) OVER minute AS has_company
    FROM event
    WHERE shared IS NOT NULL
    WINDOW minute AS (
        PARTITION BY is_repost, shared ORDER BY posted_at
        RANGE BETWEEN INTERVAL 60 SECONDS PRECEDING AND INTERVAL 60 SECONDS FOLLOWING
    )
)

SELECT
    (SELECT count(DISTINCT account) FROM near WHERE has_company) / count(DISTINCT account) AS value,
    NULL AS low,
    NULL AS high,
    'share of accounts' AS unit,
    max(provenance) AS provenance -- posts are of a release or a replica, and 'replica' sorts last
FROM event
HAVING count(*) > 0
