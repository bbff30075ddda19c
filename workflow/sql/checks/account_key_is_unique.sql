-- An account occurs only once in its archive.
SELECT archive_id, account_id, count(*) FROM account GROUP BY ALL HAVING count(*) > 1
