-- What is noted of each file while it is read; `first_record` is the number of the first record after a header.
CREATE TEMP TABLE source_file (file_number INTEGER, file VARCHAR, rows_read BIGINT, first_record INTEGER);

-- Records that never became a row: DuckDB could not read them, or they are blank.
CREATE TEMP TABLE lost_record (
    file_number INTEGER, record BIGINT, column_name VARCHAR, reason VARCHAR, excerpt VARCHAR
);

-- What a file calls a column that the releases call otherwise.
CREATE TEMP TABLE own_name (column_name VARCHAR, own VARCHAR);
