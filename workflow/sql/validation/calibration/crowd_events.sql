-- Simulated events as those of two traces: what accounts share, and whole timelines, one for each data set.
SELECT 'shared' AS trace, account, object, make_timestamp(time * 1000000) AS time FROM simulated
UNION ALL
SELECT 'timeline', account, account // $stride, make_timestamp(time * 1000000) FROM simulated
