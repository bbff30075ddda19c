-- Accounts of some archives by their days of creation: how many, on how many days, from which year, from and to which month
-- and in which month most (the earliest of several).
WITH made AS (FROM creation_day WHERE archive_id IN (SELECT unnest($archives))),

by_month AS (SELECT strftime(created_on, '%Y-%m') AS month, sum(accounts) AS accounts FROM made GROUP BY month)

UNPIVOT (
    SELECT
        CAST(sum(accounts) AS VARCHAR) AS accounts,
        CAST(count(DISTINCT created_on) AS VARCHAR) AS creation_dates,
        strftime(min(created_on), '%Y') AS first_year,
        strftime(min(created_on), '%Y-%m') AS first_month,
        strftime(max(created_on), '%Y-%m') AS last_month,
        (SELECT month FROM by_month ORDER BY accounts DESC, month LIMIT 1) AS fullest_month
    FROM made
) ON COLUMNS(*) INTO NAME key VALUE observed
ORDER BY key
