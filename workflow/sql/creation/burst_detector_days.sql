-- Days that each burst detector flagged in each population.
SELECT subject, detector, date
FROM read_csv($table, header = true, types = {'subject': 'VARCHAR', 'detector': 'VARCHAR', 'date': 'DATE'})
ORDER BY subject, detector, date
