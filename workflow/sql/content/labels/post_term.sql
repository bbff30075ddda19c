-- Table post_term: the terms and outlets in each post of one shard of an archive; one row for each post, list and term.
-- $any_word and $any_outlet are patterns that match every post with a term or a handle, and rule out most others at once.
-- $terms has for each term its list, its text, whether it counts only as whole words, and the text to search for.
-- $handle, $repost and $domain are patterns whose first group is a handle or a domain.
WITH worded AS MATERIALIZED (
    SELECT post_id, text AS wording
    FROM shard_post
    WHERE regexp_matches(text, $any_word, 'i')
    UNION ALL
    SELECT post_id, value
    FROM shard_post_hashtag
    WHERE regexp_matches(value, $any_word, 'i')
),

-- Reposts and hashtags repeat a wording, so that terms are searched in each but once.
sought AS (
    SELECT wording, plain, word_line(plain) AS words
    FROM (SELECT wording, plain_text(wording) AS plain FROM (SELECT DISTINCT wording FROM worded))
),

found_in_wording AS MATERIALIZED (
    SELECT wording, term.list AS list, term.text AS term
    FROM sought
    JOIN (SELECT unnest($terms::STRUCT(list VARCHAR, "text" VARCHAR, is_word BOOLEAN, sought VARCHAR)[]) AS term) ON contains(CASE WHEN term.is_word THEN words ELSE plain END, term.sought)
),

outlet_text AS (
    SELECT post_id, plain_text(text) AS plain
    FROM shard_post
    -- Most texts name no account, which is seen in a fraction of the time of a pattern.
    WHERE (contains(text, '@') OR contains(text, '＠')) AND regexp_matches(text, $any_outlet, 'i')
),

found AS (
    SELECT post_id, list, term
    FROM worded
    JOIN found_in_wording USING (wording)
    UNION ALL
    SELECT post_id, $outlet_list AS list, '@' || unnest(regexp_extract_all(regexp_replace(plain, '^rt @', ''), $handle, 1)) AS term
    FROM outlet_text
    UNION ALL
    SELECT post_id, $outlet_list AS list, 'rt @' || regexp_extract(plain, $repost, 1) AS term
    FROM outlet_text
    WHERE regexp_matches(plain, $repost)
    UNION ALL
    SELECT post_id, $outlet_list AS list, regexp_extract(lower(value), $domain, 1) AS term
    FROM shard_post_url
    WHERE regexp_matches(lower(value), $domain)
)

SELECT $archive_id AS archive_id, post_id, list, term
FROM (SELECT DISTINCT post_id, list, term FROM found)
ORDER BY post_id, list, term
