-- Null hypothesis of activity and popularity alone: the objects of a day are permuted among its acts. The expected number of
-- pairs of acts of different accounts on the same object within the window is the number of such pairs on any objects
-- times the probability that two acts of the day have the same object. One row for each day with two acts or more.
WITH kept AS (
    SELECT account, object, time, day FROM act WHERE crowd <= $cap
),

close AS (
    SELECT day, sum(others) / 2 AS pairs, count(*) AS acts
    FROM (
        SELECT
            day,
            count(*) OVER (PARTITION BY day ORDER BY time RANGE BETWEEN $window PRECEDING AND $window FOLLOWING)
            - count(*) OVER (
                PARTITION BY day, account ORDER BY time RANGE BETWEEN $window PRECEDING AND $window FOLLOWING
            ) AS others
        FROM kept
    )
    GROUP BY day
    HAVING count(*) > 1
),

popular AS (
    SELECT day, sum(acts * (acts - 1)) AS pairs, count(*) AS objects
    FROM (SELECT day, object, count(*) AS acts FROM kept GROUP BY day, object)
    GROUP BY day
),

observed AS (
    SELECT day, count(*) AS pairs
    FROM near_pair
    WHERE same_day AND abs(difference) <= $window
    GROUP BY day
)

SELECT
    day,
    popular.objects,
    coalesce(observed.pairs, 0)::BIGINT AS observed,
    close.pairs * popular.pairs / (close.acts * (close.acts - 1)) AS expected
FROM close
JOIN popular USING (day)
LEFT JOIN observed USING (day)
ORDER BY day
