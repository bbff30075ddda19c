-- Most accounts of some archives created on one day (UTC), of those with a post since a day.
SELECT '' AS key, max(accounts) AS observed
FROM (
    SELECT count(*) AS accounts
    FROM account
    WHERE
        archive_id IN (SELECT unnest($archives))
        AND (archive_id, account_id) IN (SELECT (archive_id, account_id) FROM post WHERE posted_at >= $since::DATE)
    GROUP BY created_on
)
