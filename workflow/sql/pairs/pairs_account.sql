-- Consecutive numbers of the accounts, in the order of their names.
SELECT account, (row_number() OVER (ORDER BY account) - 1)::INTEGER AS account_number
FROM (SELECT DISTINCT account FROM pairs_near)
