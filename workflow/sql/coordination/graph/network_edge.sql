-- The edges of each trace, and pairs that share a schedule, by the numbers of their accounts: number_a < number_b.
SELECT trace, a.number AS number_a, b.number AS number_b, days_together::INTEGER AS days, grade, sensitivity, shared_schedule
FROM read_parquet($edges)
JOIN network_account AS a ON account_a = a.account
JOIN network_account AS b ON account_b = b.account
WHERE significant OR shared_schedule
