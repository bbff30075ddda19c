-- Posts with the same three or more hashtags in the same order (Pacheco et al. 2021), reposts aside.
SELECT archive_id, post_id, account, sequence AS object, time
FROM traced_post
JOIN (
    SELECT archive_id, post_id, string_agg(folded(value), ' ' ORDER BY position) AS sequence
    FROM post_hashtag
    GROUP BY archive_id, post_id
    HAVING count(*) >= 3
) USING (archive_id, post_id)
WHERE NOT is_repost
