-- Table post_term: the terms and outlets in each post of one shard of an archive; one row for each post, list and term. Terms are
-- in the tables worded and found_in_wording. $any_outlet is a pattern that matches every text with a handle, and rules out most
-- others at once; $handle, $repost and $domain are patterns whose first group is a handle or a domain.
WITH outlet_text AS (
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
