-- Posts of $archives that are no reposts and have words, by account and local day, and how many of them repeat an earlier text
-- of the same account. Links are removed from the text, since the platform shortens each to an address of its own.
WITH worded AS (
    SELECT
        archive_id,
        account_id,
        local_time(posted_at)::DATE AS day,
        CASE WHEN contains(text, 'http') THEN trim(regexp_replace(text, 'https?://\S+', '', 'g')) ELSE trim(text) END AS words,
        provenance
    FROM post
    JOIN archive USING (archive_id)
    WHERE archive_id IN (SELECT unnest($archives)) AND NOT is_repost
),

own AS MATERIALIZED (
    SELECT archive_id, account_id, day, hash(words) AS text_hash, provenance
    FROM worded
    WHERE words <> ''
),

posted AS (
    SELECT archive_id, account_id, day, provenance, count(*) AS posts
    FROM own
    GROUP BY ALL
),

-- One post of a text on its first day is new; all other posts of the text are repeats.
new AS (
    SELECT archive_id, account_id, day, count(*) AS texts
    FROM (SELECT archive_id, account_id, min(day) AS day FROM own GROUP BY archive_id, account_id, text_hash)
    GROUP BY ALL
)

SELECT
    (dense_rank() OVER (ORDER BY archive_id, account_id) - 1)::INTEGER AS account,
    day,
    provenance,
    posts,
    posts - coalesce(texts, 0) AS hits
FROM posted
LEFT JOIN new USING (archive_id, account_id, day)
ORDER BY account, day
