-- Accounts of some archives with a post, by month of creation (UTC): a post in some languages where the list is not empty, and
-- if asked one whose text does not begin with RT @.
SELECT strftime(created_on, '%Y-%m') AS key, count(*) AS observed
FROM account
WHERE
    archive_id IN (SELECT unnest($archives))
    AND (archive_id, account_id) IN (
        SELECT (archive_id, account_id)
        FROM post
        WHERE
            (len($languages) = 0 OR list_contains($languages, language))
            AND NOT ($originals AND starts_with(coalesce(text, ''), 'RT @'))
    )
GROUP BY key
ORDER BY key
