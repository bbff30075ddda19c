-- A post occurs only once in its archive.
SELECT archive_id, post_id, count(*) FROM post GROUP BY ALL HAVING count(*) > 1
