-- A post occurs only once in its archive. Only posts with equal digests can have equal keys, which take twice as long to group.
WITH suspect AS (
    SELECT hash(archive_id, post_id) AS key
    FROM post
    GROUP BY key
    HAVING count(*) > 1
)

SELECT archive_id, post_id, count(*)
FROM post
WHERE hash(archive_id, post_id) IN (SELECT key FROM suspect)
GROUP BY archive_id, post_id
HAVING count(*) > 1
