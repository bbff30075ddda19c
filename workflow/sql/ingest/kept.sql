-- The rows that become an account or a post.
SELECT reading.*
FROM reading
ANTI JOIN duplicate USING (file_number, file_row_number)
WHERE fault IS NULL
