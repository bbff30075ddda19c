-- Different events with Zipf popularity (exponent 1) of accounts and of objects, at even times; nothing is drawn at random.
SELECT DISTINCT
    'account_' || pow($accounts, share(4 * i))::BIGINT AS account,
    'object_' || pow($objects, share(4 * i + 1))::BIGINT AS object,
    1546300800 + (share(4 * i + 2) * $seconds)::BIGINT AS time
FROM range($events) AS drawn (i)
ORDER BY hash(account, object, time), account, object, time
