-- Posts of some archives since 2017 (Hong Kong) in one language, of accounts in English or Chinese, that contain one of some
-- words and none of others; a post counts once for each word it contains. A cleaned text is in lower case, without links and
-- without what is neither letter, digit nor blank.
WITH chosen AS (
    SELECT
        archive_id,
        account_id,
        starts_with(text, 'RT @') AS is_retweet,
        regexp_replace(regexp_replace(lower(text), 'http\S+', '', 'g'), '[^\p{L}\p{M}\p{N}_\s]', '', 'g') AS cleaned,
        CASE WHEN $clean THEN cleaned ELSE text END AS searched
    FROM post
    JOIN account USING (archive_id, account_id)
    WHERE
        archive_id IN (SELECT unnest($archives))
        AND post.language = $language
        AND account.language IN ('en', 'en-gb', 'zh-cn', 'zh-tw')
        AND posted_at + INTERVAL 8 HOUR >= DATE '2017-01-01'
        AND len(list_filter($without, lambda word: contains(text, word))) = 0
),

matched AS (
    SELECT *, len(list_filter($words, lambda word: contains(searched, word))) AS matches
    FROM chosen
    WHERE
        len(list_filter($without_clean, lambda word: contains(cleaned, word))) = 0
        AND ($kind = 'all' OR ($kind = 'retweets') = is_retweet)
)

UNPIVOT (
    SELECT
        CAST(sum(matches) AS DOUBLE) AS posts,
        CAST(sum(matches) FILTER (NOT is_retweet) AS DOUBLE) AS originals,
        CAST(sum(matches) FILTER (is_retweet) AS DOUBLE) AS retweets,
        sum(matches) FILTER (is_retweet) / sum(matches) AS retweet_share,
        CAST(count(DISTINCT (archive_id, account_id)) AS DOUBLE) AS accounts,
        CAST(count(DISTINCT searched) AS DOUBLE) AS texts
    FROM matched
    WHERE matches > 0
) ON COLUMNS(*) INTO NAME key VALUE observed
ORDER BY key
