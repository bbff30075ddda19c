-- All tables and views of the database.
SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'
UNION ALL
SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal
ORDER BY table_name
