-- The accounts, which become an ENUM: its values compare like names and take the time and space of numbers.
SELECT DISTINCT account
FROM pairs_near
ORDER BY account
