-- The events of one trace in a unique order: a post has no object twice in a trace.
SELECT $trace AS trace, archive_id, post_id, account, object::VARCHAR AS object, time
FROM this_trace
WHERE object IS NOT NULL
ORDER BY archive_id, post_id, object
