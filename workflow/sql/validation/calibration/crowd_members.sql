-- The data set of each simulated account, as its population.
SELECT number AS account, account // $stride AS population FROM account_number
