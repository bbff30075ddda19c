-- The accounts of a release or replica agree with the published calendar: equal numbers by day and language.
SELECT archive_id, created_on, language, read.accounts AS accounts_read, published.accounts AS accounts_published
FROM (
    SELECT archive_id, created_on, coalesce(language, '') AS language, count(*) AS accounts
    FROM account
    WHERE archive_id IN (SELECT archive_id FROM published_creation_day)
    GROUP BY ALL
) AS read
FULL JOIN (
    SELECT archive_id, created_on, coalesce(language, '') AS language, accounts
    FROM published_creation_day
    WHERE archive_id IN (SELECT archive_id FROM archive WHERE has_accounts)
) AS published
USING (archive_id, created_on, language)
WHERE read.accounts IS DISTINCT FROM published.accounts
ORDER BY archive_id, created_on, language
