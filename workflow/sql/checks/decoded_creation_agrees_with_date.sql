-- The instant decoded from a snowflake account id is on the released creation day.
SELECT archive_id, account_id, created_on, created_at FROM account WHERE created_at::DATE <> created_on
