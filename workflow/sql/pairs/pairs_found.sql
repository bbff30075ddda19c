-- Shared events of pairs of accounts, summed over objects.
SELECT
    a,
    b,
    sum(event_pairs)::BIGINT AS event_pairs,
    count(*)::INTEGER AS objects,
    sum(events_a)::INTEGER AS events_a,
    sum(events_b)::INTEGER AS events_b
FROM pairs_shared
GROUP BY a, b
HAVING count(*) >= $min_objects
ORDER BY a, b
