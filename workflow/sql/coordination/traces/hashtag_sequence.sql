-- Posts with the same three or more hashtags in the same order (Pacheco et al. 2021), without reposts.
SELECT archive_id, post_id, account, string_agg(folded(value), ' ' ORDER BY position) AS object, time
FROM traced_post
JOIN post_hashtag USING (archive_id, post_id)
WHERE NOT is_repost
GROUP BY archive_id, post_id, account, time
HAVING count(*) >= 3
