SELECT archive AS archive_id, strptime(five_minutes_from_utc, '%Y-%m-%dT%H:%MZ') AS created_at, accounts::INTEGER AS accounts
FROM read_csv($folder || '/account_creation_clock.csv', types = {'five_minutes_from_utc': 'VARCHAR'})
ORDER BY archive_id, created_at
