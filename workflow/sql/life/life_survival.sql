-- Survival curves of accounts from the published table; one row for each curve, population, first day of posts and day.
SELECT curve, subject, strftime(since, '%Y-%m-%d') AS since, day, at_risk, survival, low, high, provenance
FROM read_csv(
    $table,
    header = true,
    columns = {
        'curve': 'VARCHAR', 'subject': 'VARCHAR', 'since': 'DATE', 'day': 'INTEGER', 'at_risk': 'INTEGER',
        'survival': 'DOUBLE', 'low': 'DOUBLE', 'high': 'DOUBLE', 'provenance': 'VARCHAR'
    }
)
ORDER BY curve, subject, since, day
