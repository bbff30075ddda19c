-- Posts of any kind at the same time. All have one object: with days as objects, midnight would cut activity in two, and the
-- first posts after it would seem to begin together.
-- posts: any
SELECT archive_id, post_id, account, 'post' AS object, time
FROM traced_post
