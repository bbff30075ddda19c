-- Posts of $archives by account, local day, language and the lists of terms that they hold; one row for each combination.
-- `account` numbers the accounts from 0; `lists` is NULL for posts without a listed term. A code of $languages stands for its
-- variants too, such as zh for zh-tw; all languages that are not among them are `other`.
WITH own AS (
    SELECT archive_id, provenance
    FROM archive
    WHERE archive_id IN (SELECT unnest($archives))
),

held AS (
    SELECT archive_id, post_id, list(DISTINCT list ORDER BY list) AS lists
    FROM post_term
    WHERE archive_id IN (SELECT unnest($archives))
    GROUP BY archive_id, post_id
),

cell AS (
    SELECT
        archive_id,
        account_id,
        local_time(posted_at)::DATE AS day,
        CASE
            WHEN list_contains($languages::VARCHAR[], split_part(language, '-', 1)) THEN split_part(language, '-', 1)
            ELSE 'other'
        END AS language_group,
        provenance,
        lists,
        count(*) AS posts
    FROM post
    JOIN own USING (archive_id)
    LEFT JOIN held USING (archive_id, post_id)
    GROUP BY ALL
)

SELECT
    (dense_rank() OVER (ORDER BY archive_id, account_id) - 1)::INTEGER AS account,
    cell.* EXCLUDE (archive_id, account_id)
FROM cell
