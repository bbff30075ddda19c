-- The control's calendar has no language. Spellings of a language that differ in case (zh-cn, zh-CN) are one language.
SELECT archive AS archive_id, account_creation_date AS created_on, lower(account_language) AS language, sum(accounts)::INTEGER AS accounts
FROM read_csv($folder || '/account_creation.csv', types = {'account_creation_date': 'DATE'})
GROUP BY ALL
UNION ALL BY NAME
SELECT 'control_hk_protest_2019_11' AS archive_id, account_creation_date AS created_on, NULL::VARCHAR AS language, accounts::INTEGER AS accounts
FROM read_csv($folder || '/control_account_creation.csv', types = {'account_creation_date': 'DATE'})
ORDER BY archive_id, created_on, language
