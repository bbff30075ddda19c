-- The first account whose id a spreadsheet has written as 1.29E+18: many ids become one.
SELECT account
FROM pairs_account
WHERE regexp_full_match(account::VARCHAR, '[0-9]([.,][0-9]+)?[eE]\+[0-9]+')
ORDER BY account
LIMIT 1
