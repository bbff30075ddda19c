-- The edges of a population and the pairs of accounts that share a schedule, by trace.
SELECT trace, account_a, account_b, coalesce(sensitivity, 0) AS sensitivity, shared_schedule
FROM read_parquet($file)
WHERE significant OR shared_schedule
ORDER BY trace, account_a, account_b
