-- Pairs of accounts with an edge, one row for each trace.
SELECT account_a, account_b, days_together
FROM read_parquet($edges)
WHERE significant
ORDER BY trace, account_a, account_b
