-- Own posts (no reposts) with words of some archives by account and local day, and how many of them repeat a text that
-- the account had posted before; links are left out of the text, since each gets a shortened address of its own.
WITH worded AS (
    SELECT
        archive_id,
        account_id,
        local_time(posted_at)::DATE AS posted_on,
        CASE WHEN contains(text, 'http') THEN trim(regexp_replace(text, 'https?://\S+', '', 'g')) ELSE trim(text) END AS words,
        provenance
    FROM post
    JOIN archive USING (archive_id)
    WHERE archive_id IN (SELECT unnest($archives)) AND NOT is_repost
),

own AS MATERIALIZED (
    SELECT archive_id, account_id, posted_on, hash(words) AS text_hash, provenance
    FROM worded
    WHERE words <> ''
),

posted AS (
    SELECT archive_id, account_id, posted_on, provenance, count(*) AS posts
    FROM own
    GROUP BY ALL
),

-- A text is new on the first day that it was posted, once; all other posts of it are repeats.
new AS (
    SELECT archive_id, account_id, posted_on, count(*) AS texts
    FROM (SELECT archive_id, account_id, min(posted_on) AS posted_on FROM own GROUP BY archive_id, account_id, text_hash)
    GROUP BY ALL
)

SELECT
    (dense_rank() OVER (ORDER BY archive_id, account_id) - 1)::INTEGER AS account,
    posted_on,
    provenance,
    posts,
    posts - coalesce(texts, 0) AS hits
FROM posted
LEFT JOIN new USING (archive_id, account_id, posted_on)
ORDER BY account, posted_on
