-- Posts of 8 to 23 words, as many characters as short posts have; words have Zipf popularity (exponent 1) and up to nine letters.
-- Of ten posts, one copies another, two are near copies with one more word; nothing is drawn at random.
WITH word AS (
    SELECT list(array_to_string(
        list_transform(range((2 + hash(i) % 8)::BIGINT), lambda j: chr((97 + hash(i * 16 + j) % 26)::INTEGER)), ''
    ) ORDER BY i) AS words
    FROM range($words) AS numbered (i)
),

post AS (SELECT i, CASE WHEN i % 10 < 4 THEN i - i % 10 ELSE i END AS original FROM range($posts) AS numbered (i))

SELECT
    'archive' AS archive_id,
    i::VARCHAR AS post_id,
    'account_' || hash(i) % ($posts // 40) AS account,
    make_timestamp((1546300800 + (share(i) * 86400 * 300)::BIGINT) * 1000000) AS time,
    array_to_string(list_transform(
        range((8 + hash(original) % 16)::BIGINT), lambda j: words[pow($words, share(original * 32 + j))::BIGINT]
    ), ' ')
    || CASE WHEN i % 10 IN (2, 3) THEN ' ' || words[1 + i % $words] ELSE '' END AS text,
    false AS is_repost
FROM post, word
