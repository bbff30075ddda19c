-- No account, post or record lacks a value that workflow/sql/core/schema.sql requires; DuckDB does not check this for views.
SELECT 'account' AS table_name, archive_id, account_id AS id
FROM account
WHERE archive_id IS NULL OR account_id IS NULL OR id_is_hashed IS NULL OR created_on IS NULL
UNION ALL
SELECT 'post', archive_id, post_id
FROM post
WHERE archive_id IS NULL OR post_id IS NULL OR account_id IS NULL OR posted_at IS NULL OR is_repost IS NULL
UNION ALL
SELECT table_name, archive_id, post_id
FROM (
    SELECT 'post_hashtag' AS table_name, * FROM post_hashtag
    UNION ALL SELECT 'post_url', * FROM post_url
    UNION ALL SELECT 'post_mention', * FROM post_mention
)
WHERE archive_id IS NULL OR post_id IS NULL OR position IS NULL OR value IS NULL
UNION ALL
SELECT 'post_term', archive_id, post_id
FROM post_term
WHERE archive_id IS NULL OR post_id IS NULL OR list IS NULL OR term IS NULL
UNION ALL
SELECT 'rejected_row', archive_id, file
FROM rejected_row
WHERE archive_id IS NULL OR file IS NULL OR record IS NULL OR reason IS NULL
