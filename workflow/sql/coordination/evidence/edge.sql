-- Pairs that were together at least once. Pairs of a trace with equal numbers of near and together days share a test.
SELECT
    found_pair.trace,
    account_a,
    account_b,
    days_near,
    days_within,
    event_pairs,
    objects,
    expected_days,
    p_value,
    significant
FROM found_pair
JOIN trace_name ON trace_name.trace = found_pair.trace
JOIN (SELECT trace AS place, * EXCLUDE (trace) FROM pair_test) USING (place, days_near, days_within)
WHERE days_within > 0
