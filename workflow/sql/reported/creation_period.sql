-- Accounts of some archives created from one day to another (UTC), and their share.
WITH period AS (
    SELECT
        sum(accounts) AS total,
        coalesce(sum(accounts) FILTER (created_on BETWEEN $since::DATE AND $until::DATE), 0) AS accounts
    FROM creation_day
    WHERE archive_id IN (SELECT unnest($archives))
)

SELECT 'accounts' AS key, CAST(accounts AS DOUBLE) AS observed FROM period
UNION ALL
SELECT 'share', accounts / total FROM period
ORDER BY key
