-- Weekly shares of posts in all languages from the published table, for the figure; one row for each topic, population and week.
SELECT topic, subject, week, share, low, high, provenance
FROM read_csv($table, types = {'week': 'DATE', 'low': 'DOUBLE', 'high': 'DOUBLE', 'share': 'DOUBLE'})
WHERE language = 'all' AND topic IN (SELECT unnest($topics::VARCHAR[]))
ORDER BY subject DESC, topic, week
