-- Accounts of some archives with a profile that can be read, by creation day: how many, and how many hold a term of $terms in
-- their name or profile text. A hashed account's name is its digest and does not count. Needs the macros of labels/macros.sql.
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
    created_on,
    provenance,
    count(*) AS accounts,
    count(*) FILTER (
        WHERE len(list_filter($terms, lambda term: contains(CASE WHEN term.is_word THEN word_line(plain) ELSE plain END, term.sought))) > 0
    ) AS hits
FROM profile
WHERE plain <> ''
GROUP BY created_on, provenance
ORDER BY created_on, provenance
