-- How many near pairs there are, at most, and the first and the last day of acts.
SELECT coalesce(sum(crowd) FILTER (crowd <= $cap), 0)::BIGINT // 2, coalesce(min(day), 0), coalesce(max(day), 0)
FROM timed_act
