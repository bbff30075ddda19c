-- The different texts of the traced posts, as in co_tweet, numbered from 0 in the order of their digests, so that numbers do
-- not depend on the order of rows or on threads. Texts with too few sequences are left out.
WITH worded AS MATERIALIZED (SELECT DISTINCT normal_text(text) AS words FROM traced_post WHERE NOT is_repost)

SELECT row_number() OVER () - 1 AS number, digest, words
FROM (SELECT md5(words) AS digest, words FROM worded WHERE length(words) >= getvariable('fewest_characters') ORDER BY digest)
