-- The pairs of one call with the names of the accounts, in the order in which they were inserted: by part, and within a part
-- by account. DuckDB keeps it, and sorting all pairs at once would take more memory. `_this` stands for the number of the call.
SELECT a::VARCHAR AS account_a, b::VARCHAR AS account_b, event_pairs, objects, events_a, events_b
FROM temp.pairs_found_this
