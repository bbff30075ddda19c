-- Accounts of $archives with posts by creation day, and how many of them ever posted the same text, or reposted the same post,
-- within 60 seconds of another of these accounts (Schoch et al. 2022). A time is decoded from the post's id where the id holds
-- one, and otherwise known to the minute.
WITH event AS MATERIALIZED (
    SELECT
        hash(archive_id, account_id) AS account,
        CASE
            WHEN is_repost
            THEN referenced(archive_id, reposted_post_id, inexact_reference.reposted_post_id, inexact_reference.file)
            ELSE nullif(text, '')
        END AS content,
        hash(is_repost, content) AS shared,
        coalesce(decoded_at::TIMESTAMP, posted_at) AS instant
    FROM post
    WHERE archive_id IN (SELECT unnest($archives)) AND content IS NOT NULL
),

-- Most texts have only one account; leaving them out keeps the window small.
common AS (
    SELECT shared
    FROM event
    GROUP BY shared
    HAVING min(account) <> max(account)
),

-- The events within a minute are of two accounts or more if the smallest and the largest account among them differ.
near AS (
    SELECT
        account,
        min(account) OVER minute <> max(account) OVER minute AS has_company
    FROM event
    SEMI JOIN common USING (shared)
    WINDOW minute AS (
        PARTITION BY shared ORDER BY instant
        RANGE BETWEEN INTERVAL 60 SECONDS PRECEDING AND INTERVAL 60 SECONDS FOLLOWING
    )
),

posting AS (
    SELECT DISTINCT archive_id, account_id
    FROM post
    WHERE archive_id IN (SELECT unnest($archives))
)

SELECT
    (dense_rank() OVER (ORDER BY created_on) - 1)::INTEGER AS account,
    created_on AS day,
    provenance,
    count(*) AS accounts,
    count(*) FILTER (WHERE hash(archive_id, account_id) IN (SELECT account FROM near WHERE has_company)) AS hits
FROM posting
JOIN account USING (archive_id, account_id)
JOIN archive USING (archive_id)
GROUP BY created_on, provenance
ORDER BY created_on, provenance
