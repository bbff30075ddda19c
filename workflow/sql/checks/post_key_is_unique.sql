-- A post occurs once in its archive.
SELECT archive_id, post_id, count(*) FROM post GROUP BY ALL HAVING count(*) > 1
