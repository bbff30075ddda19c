CREATE TEMP TABLE found_pair (
    trace VARCHAR,
    account_a VARCHAR,
    account_b VARCHAR,
    days_near INTEGER,
    days_within INTEGER,
    event_pairs INTEGER,
    objects INTEGER
)
