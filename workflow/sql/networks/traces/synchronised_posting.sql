-- Posts of any kind at the same time. The object is the day (UTC), so that the objects of a pair are the days on which the
-- two posted together; a window across midnight is cut there.
SELECT archive_id, post_id, account, strftime(time, '%Y-%m-%d') AS object, time
FROM traced_post
