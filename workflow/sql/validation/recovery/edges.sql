-- Pairs of accounts with a significant edge, one row for each trace.
SELECT account_a, account_b, days_within
FROM read_parquet($edges)
WHERE significant
ORDER BY trace, account_a, account_b
