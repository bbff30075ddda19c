SELECT $trace AS trace, archive_id, post_id, account, object, time
FROM this_trace
