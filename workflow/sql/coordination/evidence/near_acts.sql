-- How many near pairs there are of the acts of a table, at most, and the first and the last day of acts.
SELECT coalesce(sum(crowd) FILTER (crowd <= $cap), 0)::BIGINT // 2, coalesce(min(day), 0), coalesce(max(day), 0)
FROM query_table($table)
