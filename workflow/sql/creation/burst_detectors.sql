-- Result of each burst detector for each population, in the order of the published table.
SELECT
    subject,
    detector,
    valid,
    first_day,
    last_day,
    false_alarms_local,
    false_alarms_growth,
    provenance
FROM read_csv(
    $table,
    header = true,
    types = {
        'valid': 'BOOLEAN',
        'first_day': 'DATE',
        'last_day': 'DATE',
        'false_alarms_local': 'DOUBLE',
        'false_alarms_growth': 'DOUBLE'
    }
)
