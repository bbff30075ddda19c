-- The pair-days of a sample of accounts, drawn by the digest of their names, which is unrelated to their activity.
WITH drawn AS (
    SELECT number FROM account_number WHERE md5_number(account) % 1000000 < 1000000 * $share
)

SELECT account_a, account_b, day, difference
FROM pair_day
WHERE account_a IN (FROM drawn) AND account_b IN (FROM drawn)
ORDER BY account_a, account_b, day
