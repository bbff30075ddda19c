-- Posts of $archives that are no reposts and have words, by account and local day, and how many of them repeat an earlier text
-- of the same account. Links are removed from the text, since the platform shortens each to an address of its own.
WITH own AS MATERIALIZED (
    SELECT
        hash(archive_id, account_id) AS writer,
        local_time(posted_at)::DATE AS day,
        -- Trimming takes five times as long as a look at the ends.
        hash(
            CASE
                WHEN contains(text, 'http') THEN trim(regexp_replace(text, 'https?://\S+', '', 'g'))
                WHEN regexp_matches(text, '^\p{Zs}') OR regexp_matches(text, '\p{Zs}$') THEN trim(text)
                ELSE text
            END
        ) AS words
    FROM post
    WHERE archive_id IN (SELECT unnest($archives)) AND NOT is_repost AND text <> ''
),

-- One post of a text on its first day is new; all other posts of the text are repeats.
text_of_account AS (
    SELECT writer, min(day) AS day, words
    FROM own
    GROUP BY writer, words
),

new AS (
    SELECT writer, day, count(*) FILTER (WHERE words <> hash('')) AS texts
    FROM text_of_account
    GROUP BY writer, day
),

-- A condition on the words in place of this filter would be computed twice.
posted AS (
    SELECT writer, day, count(*) FILTER (WHERE words <> hash('')) AS posts
    FROM own
    GROUP BY writer, day
),

writing AS (
    SELECT
        (row_number() OVER (ORDER BY archive_id, account_id) - 1)::INTEGER AS account,
        hash(archive_id, account_id) AS writer,
        provenance
    FROM (SELECT DISTINCT archive_id, account_id FROM post WHERE archive_id IN (SELECT unnest($archives)))
    JOIN archive USING (archive_id)
)

SELECT account, day, provenance, posts, posts - coalesce(texts, 0) AS hits
FROM posted
JOIN writing USING (writer)
LEFT JOIN new USING (writer, day)
WHERE posts > 0
ORDER BY account, day
