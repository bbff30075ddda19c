-- One row per record that the last read set aside; DuckDB may report several errors for a record.
SELECT
    line AS record,
    min(csv_line) AS text,
    list(DISTINCT error_type::VARCHAR ORDER BY error_type::VARCHAR) AS errors,
    min(column_idx) FILTER (error_type = 'INVALID ENCODING') AS column_idx
FROM reject_errors
GROUP BY line
ORDER BY line
