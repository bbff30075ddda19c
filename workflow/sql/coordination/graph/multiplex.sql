-- Pairs of traces, also of a trace with itself: edges of each, edges of both, and the Jaccard index of the two.
WITH sizes AS (
    SELECT trace, count(*) AS edges
    FROM network_edge
    WHERE NOT shared_schedule
    GROUP BY trace
),

shared AS (
    SELECT one.trace AS trace_a, other.trace AS trace_b, count(*) AS edges_of_both
    FROM network_edge AS one
    JOIN network_edge AS other USING (number_a, number_b)
    WHERE one.trace <= other.trace AND NOT one.shared_schedule AND NOT other.shared_schedule
    GROUP BY one.trace, other.trace
)

SELECT
    one.trace AS trace_a,
    other.trace AS trace_b,
    one.edges AS edges_a,
    other.edges AS edges_b,
    coalesce(edges_of_both, 0) AS edges_of_both,
    coalesce(edges_of_both, 0) / (one.edges + other.edges - coalesce(edges_of_both, 0)) AS jaccard
FROM sizes AS one
JOIN sizes AS other ON one.trace <= other.trace
LEFT JOIN shared ON trace_a = one.trace AND trace_b = other.trace
ORDER BY trace_a, trace_b
