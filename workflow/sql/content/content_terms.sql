-- Posts of content_post and their accounts by list and term, and the share of all posts; one row for each term that occurs.
SELECT
    list,
    term,
    sum(posts)::BIGINT AS posts,
    count(*) AS accounts,
    sum(posts) / (SELECT count(*) FROM content_post) AS share,
    weakest(provenance) AS provenance
FROM (
    SELECT list, term, account, count(*) AS posts
    FROM (SELECT hash(archive_id, post_id) AS post, list, term FROM post_term)
    JOIN content_post USING (post)
    GROUP BY ALL
)
JOIN content_account USING (account)
GROUP BY list, term
ORDER BY list, term
