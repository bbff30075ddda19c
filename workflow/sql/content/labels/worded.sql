-- The texts and hashtags of the posts of one shard that may hold a term. $any_word is a pattern that matches every text with a
-- term, and rules out most others at once.
SELECT post_id, text AS wording
FROM shard_post
WHERE regexp_matches(text, $any_word, 'i')
UNION ALL
SELECT post_id, value
FROM shard_post_hashtag
WHERE regexp_matches(value, $any_word, 'i')
