-- The edges of the network. Types are stated because a table without rows does not show them.
SELECT *
FROM read_csv($table, header = true, columns = {
    'account_a': 'VARCHAR',
    'account_b': 'VARCHAR',
    'subject': 'VARCHAR',
    'traces': 'VARCHAR',
    'trace_count': 'INTEGER',
    'days': 'INTEGER',
    'provenance': 'VARCHAR'
})
ORDER BY subject, account_a, account_b
