-- Rows with the id of an earlier row, in the order of the files and of the rows in them; the first row is kept. Few ids
-- are repeated; hashes find candidates, since they take less memory than ids.
WITH suspect AS (
    SELECT hash(kind_id) AS number FROM kind_row WHERE fault IS NULL GROUP BY number HAVING count(*) > 1
)

SELECT archive_id, part, file_row_number AS place
FROM kind_row
SEMI JOIN suspect ON suspect.number = hash(kind_id)
WHERE fault IS NULL
QUALIFY row_number() OVER (PARTITION BY kind_id ORDER BY part, place) > 1
ORDER BY part, place
