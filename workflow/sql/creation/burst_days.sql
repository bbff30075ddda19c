-- Days on which the burst test found more accounts of the operation than the weeks around them explain.
SELECT date
FROM read_csv($table, header = true, types = {'date': 'DATE', 'burst': 'BOOLEAN'})
WHERE burst
ORDER BY date
