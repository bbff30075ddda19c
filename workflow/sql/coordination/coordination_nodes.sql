-- Columns are named, since a table without rows does not tell their types.
SELECT *
FROM read_csv($table, header = true, columns = {
    'account': 'VARCHAR',
    'subject': 'VARCHAR',
    'archive_id': 'VARCHAR',
    'component': 'INTEGER',
    'community': 'INTEGER',
    'degree': 'INTEGER',
    'days': 'INTEGER',
    'centrality': 'DOUBLE',
    'provenance': 'VARCHAR'
})
ORDER BY subject, account
