-- The events of all traces with numbers in place of names.
SELECT
    trace_event.trace,
    account_number.number AS account,
    object_number.number AS object,
    is_shared,
    floor(epoch(time))::BIGINT // $resolution * $resolution AS time
FROM trace_event
JOIN account_number USING (account)
JOIN object_number USING (trace, object)
