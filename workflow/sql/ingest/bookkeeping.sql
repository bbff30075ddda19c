-- What is noted of each CSV file (or other file) while it is read: its place among those that came in one file, its name,
-- its records, the number of the first record after a header, and how many rows were read before it.
CREATE TEMP TABLE source_file (
    archive_id VARCHAR, part INTEGER, member INTEGER, path VARCHAR, file VARCHAR,
    rows_read BIGINT, first_record INTEGER, rows_before BIGINT
);

-- Records that never became a row: DuckDB could not read them, or they are blank.
CREATE TEMP TABLE lost_record (
    archive_id VARCHAR, part INTEGER, member INTEGER, record BIGINT, column_name VARCHAR, reason VARCHAR, excerpt VARCHAR
);

-- What a file calls a column that the releases call otherwise.
CREATE TEMP TABLE own_name (column_name VARCHAR, own VARCHAR);
