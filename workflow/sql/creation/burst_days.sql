-- Days that the burst test flagged in the calendar of the operation.
SELECT date
FROM read_csv($table, header = true, types = {'date': 'DATE', 'burst': 'BOOLEAN'})
WHERE burst
ORDER BY date
