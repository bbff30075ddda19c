-- Table rounded_id: a row if the ids are rounded, with the number of accounts or posts that became one with another: rows of an id
-- that differ in anything else.
WITH counted AS (
    SELECT count(*) AS ids, count_if(suffix(kind_id, '000')) AS in_zeros
    FROM kind_row
    WHERE fault IS NULL AND strlen(kind_id) BETWEEN 16 AND 19 AND kind_id < ':'
),

shared AS (
    SELECT DISTINCT kind_id
    FROM repeated_kind_row AS repeated
    JOIN kind_row ON kind_row.part = repeated.part AND file_row_number = place
    WHERE (SELECT are_rounded(ids, in_zeros) FROM counted)
),

-- With SEMI JOIN in place of JOIN, DuckDB takes whole rows into memory, even if no id is shared.
content AS (
    SELECT kind_id, hash(*COLUMNS(* EXCLUDE (part, member, file_row_number))) AS digest
    FROM kind_row
    JOIN shared USING (kind_id)
    WHERE fault IS NULL
)

SELECT
    $archive_id AS archive_id,
    'kind_id' AS column_name,
    ids,
    in_zeros::BIGINT AS in_zeros,
    (SELECT count(DISTINCT (kind_id, digest)) - count(DISTINCT kind_id) FROM content) AS merged
FROM counted
WHERE are_rounded(ids, in_zeros)
