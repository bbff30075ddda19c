-- Rows of users or tweets files that become an account or a post: readable, and the first with their id.
SELECT kind_row.*
FROM kind_row
ANTI JOIN repeated_kind_row AS repeated
    ON repeated.archive_id = kind_row.archive_id
    AND repeated.part = kind_row.part
    AND repeated.place = kind_row.file_row_number
WHERE fault IS NULL
