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

-- Columns that have another name in the file than in the releases.
CREATE TEMP TABLE own_name (column_name VARCHAR, own VARCHAR);
