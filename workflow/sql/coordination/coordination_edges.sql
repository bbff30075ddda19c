-- The edges of the network, without pairs that share a schedule. Types are stated because a table without rows does not show them.
SELECT * REPLACE (coalesce(first_joint, '') AS first_joint, coalesce(last_joint, '') AS last_joint)
FROM read_csv($table, header = true, columns = {
    'account_a': 'VARCHAR',
    'account_b': 'VARCHAR',
    'subject': 'VARCHAR',
    'grade': 'VARCHAR',
    'shared_schedule': 'BOOLEAN',
    'sensitivity': 'DOUBLE',
    'days': 'INTEGER',
    'traces': 'VARCHAR',
    'trace_count': 'INTEGER',
    'first_joint': 'VARCHAR',
    'last_joint': 'VARCHAR',
    'provenance': 'VARCHAR'
})
WHERE NOT shared_schedule
ORDER BY subject, account_a, account_b
