-- Numbers of the objects of all traces. Those that several accounts share come first, in the order of trace and name; the order of
-- the others is of no consequence and not sought.
SELECT
    trace,
    object,
    row_number() OVER (ORDER BY if(is_shared, trace, NULL), if(is_shared, object, NULL)) AS number,
    is_shared
FROM (
    SELECT trace, object, min(number) < max(number) AS is_shared
    FROM trace_event
    JOIN account_number USING (account)
    GROUP BY trace, object
)
