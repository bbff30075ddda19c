-- One object, each account once, all within a minute.
SELECT 'account_' || i AS account, 'viral' AS object, 1546300800 + i % 60 AS time
FROM range($events) AS drawn (i)
