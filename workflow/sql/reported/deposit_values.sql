-- Posts of $archives by hashtag, link domain, client and language. Values that fewer than $fewest accounts used are added up as
-- "other", with the least used of the others where that is needed to reach $fewest accounts; so no account can be told by
-- subtraction. Handles of accounts are left out.
WITH own_post AS (SELECT * FROM post WHERE archive_id IN (SELECT unnest($archives))),

handle AS (
    SELECT list(lower(screen_name)) AS handles
    FROM account
    WHERE archive_id IN (SELECT unnest($archives)) AND NOT id_is_hashed AND screen_name <> ''
),

used AS (
    SELECT DISTINCT 'hashtag' AS kind, lower(value) AS value, archive_id, post_id
    FROM post_hashtag
    UNION ALL
    SELECT DISTINCT
        'domain', regexp_extract(lower(value), '^https?://(?:[^/?#@]*@)?(?:www\.)?([^/?#:]+)', 1), archive_id, post_id
    FROM post_url
    UNION ALL
    SELECT 'client', client, archive_id, post_id FROM own_post
    UNION ALL
    SELECT 'language', language, archive_id, post_id FROM own_post
),

act AS (
    SELECT kind, value, archive_id || ' ' || account_id AS account, post_id
    FROM used
    JOIN own_post USING (archive_id, post_id)
    WHERE value <> '' AND NOT list_has_any(string_split(ltrim(lower(value), '@'), '.'), (SELECT coalesce(handles, []) FROM handle))
),

size AS (SELECT kind, value, count(DISTINCT account) AS accounts, count(*) AS posts FROM act GROUP BY kind, value),

pool AS (
    SELECT act.kind, count(DISTINCT account) AS accounts
    FROM act
    JOIN size USING (kind, value)
    WHERE size.accounts < $fewest
    GROUP BY act.kind
),

least AS (
    SELECT kind, value
    FROM size
    WHERE accounts >= $fewest
    QUALIFY row_number() OVER (PARTITION BY kind ORDER BY accounts, posts, value) = 1
),

pooled AS (
    SELECT size.kind, size.value
    FROM size
    LEFT JOIN pool USING (kind)
    WHERE size.accounts < $fewest OR (pool.accounts < $fewest AND (size.kind, size.value) IN (FROM least))
),

shown AS (
    SELECT kind, CASE WHEN (kind, value) IN (FROM pooled) THEN 'other' ELSE value END AS shown, account, post_id
    FROM act
)

SELECT kind, shown AS value, count(DISTINCT post_id) AS posts, count(DISTINCT account) AS accounts
FROM shown
GROUP BY kind, shown
HAVING count(DISTINCT account) >= $fewest
ORDER BY kind, shown = 'other', posts DESC, value
