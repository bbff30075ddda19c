-- The events of all traces together.
CREATE TEMP TABLE trace_event (
    trace VARCHAR NOT NULL,
    archive_id VARCHAR NOT NULL,
    post_id VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    object VARCHAR NOT NULL,
    time TIMESTAMP NOT NULL
)
