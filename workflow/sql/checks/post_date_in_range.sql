-- No post is older than its account or younger than the release.
SELECT archive_id, post_id, posted_at FROM post
JOIN archive USING (archive_id)
JOIN account USING (archive_id, account_id)
WHERE posted_at::DATE NOT BETWEEN created_on AND released_on
