-- The control's calendar comes without a language; case variants of a language (zh-cn, zh-CN) are one.
SELECT archive AS archive_id, account_creation_date AS created_on, lower(account_language) AS language, sum(accounts)::INTEGER AS accounts
FROM read_csv($folder || '/account_creation.csv', types = {'account_creation_date': 'DATE'})
GROUP BY ALL
UNION ALL BY NAME
SELECT 'control_hk_protest_2019_11' AS archive_id, account_creation_date AS created_on, NULL::VARCHAR AS language, accounts::INTEGER AS accounts
FROM read_csv($folder || '/control_account_creation.csv', types = {'account_creation_date': 'DATE'})
ORDER BY archive_id, created_on, language
