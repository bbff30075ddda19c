-- Counts of a trace for the table of traces. A burst is an object with more near acts than the cap. Objects of one account are not in
-- the table of acts.
WITH alone AS MATERIALIZED (
    SELECT account, object
    FROM numbered_event
    WHERE trace = $trace AND NOT is_shared
    QUALIFY coalesce(time - lag(time) OVER (PARTITION BY object ORDER BY time) > 2 * $near, true)
)

SELECT
    (SELECT count(DISTINCT account) FROM (SELECT account FROM act UNION ALL SELECT account FROM alone)) AS accounts,
    (SELECT count(*) FROM act) + (SELECT count(*) FROM alone) AS acts,
    (SELECT count(DISTINCT object) FROM act) + (SELECT count(DISTINCT object) FROM alone) AS objects,
    (SELECT count(DISTINCT object) FROM act WHERE crowd > $cap) AS burst_objects,
    (SELECT count(*) FROM act WHERE crowd > $cap) AS burst_acts,
    (SELECT coalesce(sum(pairs), 0)::BIGINT FROM pair_day) AS event_pairs_near,
    (SELECT coalesce(sum(pairs_within), 0)::BIGINT FROM pair_day) AS event_pairs_within,
    $resolution AS resolution
