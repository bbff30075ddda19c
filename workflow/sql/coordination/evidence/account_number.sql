-- Numbers of the accounts in the order of their names.
SELECT account, (row_number() OVER (ORDER BY account) - 1)::INTEGER AS number
FROM (SELECT DISTINCT account FROM trace_event)
