-- The same events in the layout that coordination-network-toolkit reads: reposts of the object.
SELECT
    row_number() OVER () AS message_id,
    account AS user_id,
    account AS username,
    object AS repost_id,
    '' AS reply_id,
    '' AS message,
    time AS timestamp,
    '' AS urls
FROM read_csv($file)
