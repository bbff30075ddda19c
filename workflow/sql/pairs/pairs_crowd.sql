-- For objects where an event may exceed the cap: the number of events of other accounts within the window of each event.
SELECT o, u, t, others
FROM (
    SELECT
        o,
        u,
        t,
        count(*) OVER (PARTITION BY o ORDER BY t RANGE BETWEEN $window PRECEDING AND $window FOLLOWING)
        - count(*) OVER (PARTITION BY o, u ORDER BY t RANGE BETWEEN $window PRECEDING AND $window FOLLOWING) AS others
    FROM pairs_compared
    WHERE o IN (SELECT o FROM pairs_bound WHERE bound > $cap)
)
