-- Posts of content_post by account, local day, language and the lists of terms that they hold; one row for each combination.
-- Of the number `held`, bit i is 1 if a post has a term of the list i of $lists, both counted from 0.
SELECT account, day, language, coalesce(held, 0) AS held, count(*) AS posts
FROM content_post
LEFT JOIN (
    SELECT hash(archive_id, post_id) AS post, bit_or(1 << (list_position($lists, list) - 1)) AS held
    FROM post_term
    WHERE list_contains($lists, list)
    GROUP BY post
) USING (post)
GROUP BY ALL
ORDER BY account, day, language, held
