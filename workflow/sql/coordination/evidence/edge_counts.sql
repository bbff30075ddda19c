-- Number of significant pairs and of their accounts, by trace.
SELECT trace, count(*) // 2 AS edges, count(DISTINCT account) AS members
FROM (SELECT trace, unnest([account_a, account_b]) AS account FROM edge WHERE significant)
GROUP BY trace
ORDER BY trace
