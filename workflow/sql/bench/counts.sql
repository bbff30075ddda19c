-- What was found: pairs of accounts, pairs of their events, objects of which events were left out.
SELECT count(*), coalesce(sum(event_pairs::BIGINT), 0), (SELECT count(*) FROM read_csv($bursts))
FROM read_csv($pairs)
