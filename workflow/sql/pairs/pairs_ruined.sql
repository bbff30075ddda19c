-- The first account whose id was written by a spreadsheet as 1.29E+18, so that different ids became equal.
SELECT account
FROM pairs_account
WHERE regexp_full_match(account::VARCHAR, '[0-9]([.,][0-9]+)?[eE]\+[0-9]+')
ORDER BY account
LIMIT 1
