-- Events that the accounts of one range share with all later accounts, by object. Within a pair, an event is counted
-- once: at the first event of the other account within its window, which no event of that account precedes there.
SELECT
    x.u AS a,
    y.u AS b,
    x.o,
    count(*) AS event_pairs,
    count(*) FILTER (y.before < x.t - $window)::INTEGER AS events_a,
    count(*) FILTER (x.before < y.t - $window)::INTEGER AS events_b
FROM (
    SELECT o, u, t, before, cell + step AS cell
    FROM pairs_kept
    CROSS JOIN (VALUES (-1), (0), (1)) AS adjacent (step)
    WHERE enum_code(u) BETWEEN $first_account AND $last_account
) AS x
JOIN pairs_kept AS y ON y.cell = x.cell AND y.u > x.u AND enum_code(y.u) > $first_account AND y.t BETWEEN x.t - $window AND x.t + $window
GROUP BY x.o, x.u, y.u
