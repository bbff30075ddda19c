-- Records of a file that did not become rows: blank and broken ones, which were taken out before DuckDB read it, and those
-- that DuckDB set aside, with their numbers in the file. DuckDB may report several errors for a record.
WITH set_aside AS (
    SELECT
        line,
        bool_or(error_type = 'INVALID ENCODING') AS is_badly_encoded,
        min(column_idx) FILTER (error_type = 'INVALID ENCODING') AS column_idx,
        left(ltrim(min(csv_line), E'\n'), 120) AS excerpt
    FROM reject_errors
    GROUP BY line
)

SELECT record, NULL::VARCHAR AS column_name, 'blank_line' AS reason, '' AS excerpt FROM blank_line
UNION ALL
SELECT record, NULL, 'malformed_row', coalesce(excerpt, '') FROM broken_record
UNION ALL
SELECT
    line + coalesce(taken, 0),
    CASE WHEN is_badly_encoded THEN list_extract($header::VARCHAR[], column_idx::BIGINT) END,
    CASE WHEN is_badly_encoded THEN 'invalid_utf8' ELSE 'malformed_row' END,
    coalesce(excerpt, '')
FROM set_aside
ASOF LEFT JOIN gap ON line > passed
