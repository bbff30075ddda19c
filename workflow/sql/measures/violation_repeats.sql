-- Own posts (no reposts) with words of some archives by account and local day, and how many of them repeat a text that
-- the account had posted before; links are left out of the text, since each gets a shortened address of its own.
WITH own AS (
    SELECT
        archive_id,
        account_id,
        (posted_at + to_minutes((60 * getvariable('utc_offset_hours'))::BIGINT))::DATE AS posted_on,
        CASE WHEN contains(text, 'http') THEN trim(regexp_replace(text, 'https?://\S+', '', 'g')) ELSE trim(text) END AS words,
        provenance
    FROM post
    JOIN archive USING (archive_id)
    WHERE archive_id IN (SELECT unnest($archives)) AND NOT is_repost
),

-- A text is new on the first day that it was posted, once; all other posts of it are repeats.
text_days AS (
    SELECT archive_id, account_id, hash(words) AS text_hash, posted_on, provenance, count(*) AS posts
    FROM own
    WHERE words <> ''
    GROUP BY ALL
),

counted AS (
    SELECT
        archive_id,
        account_id,
        posted_on,
        provenance,
        posts,
        posted_on = min(posted_on) OVER (PARTITION BY archive_id, account_id, text_hash) AS is_first
    FROM text_days
)

SELECT
    (dense_rank() OVER (ORDER BY archive_id, account_id) - 1)::INTEGER AS account,
    posted_on,
    provenance,
    sum(posts)::BIGINT AS posts,
    (sum(posts) - count(*) FILTER (WHERE is_first))::BIGINT AS hits
FROM counted
GROUP BY archive_id, account_id, posted_on, provenance
ORDER BY account, posted_on
