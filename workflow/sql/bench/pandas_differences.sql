-- Pairs in which the self-merge differs: it counts what is counted here, in every column.
SELECT count(*)
FROM read_csv($ours) AS ours
FULL JOIN read_csv($theirs) AS theirs USING (account_a, account_b)
WHERE
    (ours.event_pairs, ours.objects, ours.events_a, ours.events_b)
    IS DISTINCT FROM (theirs.event_pairs, theirs.objects, theirs.events_a, theirs.events_b)
