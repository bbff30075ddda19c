-- The columns of the study's tables with their comments, in the order of the schema.
SELECT table_name, column_name, data_type, comment
FROM duckdb_columns()
WHERE NOT internal AND schema_name = 'main'
ORDER BY table_oid, column_index
