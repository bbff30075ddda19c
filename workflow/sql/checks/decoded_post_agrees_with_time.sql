-- The instant decoded from a snowflake post id is in the released minute.
SELECT archive_id, post_id, posted_at, decoded_at FROM post WHERE date_trunc('minute', decoded_at) <> date_trunc('minute', posted_at)
