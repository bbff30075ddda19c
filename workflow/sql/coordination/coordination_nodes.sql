-- The nodes of the network. Types are stated because a table without rows does not show them.
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
