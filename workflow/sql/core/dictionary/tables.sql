-- The tables of the study with their comments, in the order of the schema.
SELECT table_name, comment FROM duckdb_tables() ORDER BY table_oid
