-- How many near pairs there are, at most.
SELECT coalesce(sum(crowd), 0)::BIGINT // 2 FROM timed_act WHERE crowd <= $cap
