-- The pairs that are significant in at least one trace, once each, by the numbers of their accounts.
WITH edge_account AS (
    SELECT account, row_number() OVER (ORDER BY account) AS number
    FROM (SELECT DISTINCT unnest([account_a, account_b]) AS account FROM edge WHERE significant)
)

SELECT DISTINCT a.number AS one, b.number AS other
FROM edge
JOIN edge_account AS a ON a.account = account_a
JOIN edge_account AS b ON b.account = account_b
WHERE significant
ORDER BY one, other
