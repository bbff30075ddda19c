-- The different texts of the traced posts, as in co_tweet, numbered from 0 in the order of their digests, so that numbers do
-- not depend on the order of rows or on threads. Texts with too few sequences are left out.
SELECT row_number() OVER () - 1 AS number, words
FROM (
    SELECT DISTINCT words
    FROM worded_post
    WHERE length(words) >= getvariable('fewest_characters')
    ORDER BY md5(words)
)
