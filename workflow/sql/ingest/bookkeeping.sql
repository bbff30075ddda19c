-- One row per file read: its part and its place in a zip archive, its name, its number of records, the number of the
-- first record after a header, and the number of rows read before it.
CREATE TEMP TABLE source_file (
    archive_id VARCHAR, part INTEGER, member INTEGER, path VARCHAR, file VARCHAR,
    rows_read BIGINT, first_record INTEGER, rows_before BIGINT
);

-- Records that did not become a row: DuckDB could not read them, or they are blank.
CREATE TEMP TABLE lost_record (
    archive_id VARCHAR, part INTEGER, member INTEGER, record BIGINT, column_name VARCHAR, reason VARCHAR, excerpt VARCHAR
);

-- Whether far more ids than chance allows end in three zeros, as ids do that a spreadsheet rounded to 15 digits. Ids of
-- snowflakes are often multiples of 8, so chance is 1 in 125; five times as many are needed, and P < 1e-9 by Chernoff's bound.
CREATE TEMP MACRO are_rounded(ids, in_zeros) AS CASE
    WHEN in_zeros > ids / 25 THEN in_zeros * ln(in_zeros * 125 / ids) - in_zeros + ids / 125 > 20.7
    ELSE false
END;

-- Columns that have another name in the file than in the releases.
CREATE TEMP TABLE own_name (column_name VARCHAR, own VARCHAR);
