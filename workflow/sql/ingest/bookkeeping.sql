-- What is noted of each file while it is read.
CREATE TEMP TABLE csv_file (file_number INTEGER, file VARCHAR, rows_read BIGINT);

-- Records that never became a row: DuckDB could not read them, or they are blank.
CREATE TEMP TABLE lost_record (
    file_number INTEGER, record BIGINT, column_name VARCHAR, reason VARCHAR, excerpt VARCHAR
);
