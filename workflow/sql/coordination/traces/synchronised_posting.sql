-- Posts of any kind at the same time. All are on one object: objects that are days would cut what goes on at midnight, and
-- the first posts after it would seem to begin together.
-- posts: any
SELECT archive_id, post_id, account, 'post' AS object, time
FROM traced_post
