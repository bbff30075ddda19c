-- Accounts of $archives with a readable profile by creation day, and how many of them hold one of $terms in their name or
-- profile text. The name of a hashed account is a digest and is not read. Needs the macros of labels/macros.sql.
WITH profile AS (
    SELECT
        created_on,
        provenance,
        plain_text(concat_ws(' ', CASE WHEN NOT id_is_hashed THEN display_name END, profile_description)) AS plain
    FROM account
    JOIN archive USING (archive_id)
    WHERE archive_id IN (SELECT unnest($archives))
)

SELECT
    (dense_rank() OVER (ORDER BY created_on) - 1)::INTEGER AS account,
    created_on AS day,
    provenance,
    count(*) AS accounts,
    count(*) FILTER (
        WHERE len(list_filter($terms, lambda term: contains(CASE WHEN term.is_word THEN word_line(plain) ELSE plain END, term.sought))) > 0
    ) AS hits
FROM profile
WHERE plain <> ''
GROUP BY created_on, provenance
ORDER BY created_on, provenance
