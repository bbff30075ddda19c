-- Events of one trace of both populations. An account in both has no label, so its events are left out.
WITH traced AS (
    SELECT account, object, time, true AS labelled
    FROM read_parquet($operation)
    WHERE trace = $trace
    UNION ALL
    SELECT account, object, time, false AS labelled
    FROM read_parquet($control)
    WHERE trace = $trace
),

one_label AS (
    SELECT account, any_value(labelled) AS labelled
    FROM traced
    GROUP BY account
    HAVING count(DISTINCT labelled) = 1
)

SELECT account, object, time, one_label.labelled
FROM traced
JOIN one_label USING (account)
