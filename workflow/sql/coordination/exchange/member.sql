-- The population of each account: there is one.
SELECT number AS account, 0 AS population FROM account_number
