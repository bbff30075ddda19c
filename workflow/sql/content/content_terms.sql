-- Posts and accounts of $archives by list and term, and the share of all posts; one row for each term that occurs.
WITH own AS (
    SELECT archive_id, post_id, account_id, provenance
    FROM post
    JOIN archive USING (archive_id)
    WHERE archive_id IN (SELECT unnest($archives))
)

SELECT
    list,
    term,
    count(*) AS posts,
    count(DISTINCT archive_id || ':' || account_id) AS accounts,
    count(*) / (SELECT count(*) FROM own) AS share,
    weakest(provenance) AS provenance
FROM post_term
JOIN own USING (archive_id, post_id)
GROUP BY list, term
ORDER BY list, term
