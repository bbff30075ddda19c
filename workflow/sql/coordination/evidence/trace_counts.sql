-- Counts of a trace for the table of traces. A burst is an object with more near acts than the cap.
SELECT
    (SELECT count(DISTINCT account) FROM act) AS accounts,
    (SELECT count(*) FROM act) AS acts,
    (SELECT count(DISTINCT object) FROM act) AS objects,
    (SELECT count(DISTINCT object) FROM act WHERE crowd > $cap) AS burst_objects,
    (SELECT count(*) FROM act WHERE crowd > $cap) AS burst_acts,
    (SELECT coalesce(sum(pairs), 0)::BIGINT FROM pair_day) AS event_pairs_near,
    (SELECT coalesce(sum(pairs_within), 0)::BIGINT FROM pair_day) AS event_pairs_within,
    $resolution AS resolution
