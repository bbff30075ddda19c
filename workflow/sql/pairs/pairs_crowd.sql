-- On the objects where an event may be over the cap: how many events of other accounts each has within the window.
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
