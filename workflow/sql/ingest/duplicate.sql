-- Rows whose id an earlier row has, by the order of the files and of the rows in them; the first is kept.
WITH repeated AS (
    SELECT id FROM reading WHERE fault IS NULL GROUP BY id HAVING count(*) > 1
)
SELECT file_number, file_row_number
FROM reading
SEMI JOIN repeated USING (id)
WHERE fault IS NULL
QUALIFY row_number() OVER (PARTITION BY id ORDER BY file_number, file_row_number) > 1
