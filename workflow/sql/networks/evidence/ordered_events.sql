-- A unique order: no post has the same object twice in a trace.
SELECT trace, archive_id, post_id, account, object, time
FROM trace_event
ORDER BY trace, archive_id, post_id, object
