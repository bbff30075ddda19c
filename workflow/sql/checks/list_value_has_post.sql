-- Every hashtag, link, mention and term belongs to a post.
SELECT 'post_hashtag' AS list, archive_id, post_id FROM post_hashtag ANTI JOIN post USING (archive_id, post_id)
UNION ALL SELECT 'post_url', archive_id, post_id FROM post_url ANTI JOIN post USING (archive_id, post_id)
UNION ALL SELECT 'post_mention', archive_id, post_id FROM post_mention ANTI JOIN post USING (archive_id, post_id)
UNION ALL SELECT 'post_term', archive_id, post_id FROM post_term ANTI JOIN post USING (archive_id, post_id)
