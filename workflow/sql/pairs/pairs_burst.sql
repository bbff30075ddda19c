-- Number of events above the cap by object, and of the pairs of events that are left out with them.
WITH left_after AS (
    SELECT
        o,
        count(*) OVER (PARTITION BY o ORDER BY t RANGE BETWEEN $window PRECEDING AND $window FOLLOWING)
        - count(*) OVER (PARTITION BY o, u ORDER BY t RANGE BETWEEN $window PRECEDING AND $window FOLLOWING) AS others
    FROM pairs_crowd
    WHERE others <= $cap
)

SELECT
    object,
    events,
    accounts,
    first_second,
    last_second,
    largest_crowd,
    ((others - coalesce(others_left, 0)) // 2)::BIGINT AS event_pairs
FROM (
    SELECT
        o,
        count(*) FILTER (others > $cap) AS events,
        count(DISTINCT u) FILTER (others > $cap) AS accounts,
        min(t) FILTER (others > $cap) AS first_second,
        max(t) FILTER (others > $cap) AS last_second,
        max(others) AS largest_crowd,
        sum(others) AS others
    FROM pairs_crowd
    GROUP BY o
    HAVING max(others) > $cap
)
LEFT JOIN (SELECT o, sum(others) AS others_left FROM left_after GROUP BY o) USING (o)
JOIN pairs_object ON object_number = o
ORDER BY object
