-- The rows of the file of edges, by the names of the accounts.
SELECT
    trace,
    one.account AS account_a,
    other.account AS account_b,
    grade,
    if(shared_schedule, NULL, days_near::BIGINT) AS days_near,
    days_together,
    if(shared_schedule, NULL, expected_days) AS expected_days,
    if(shared_schedule, NULL, p_value) AS p_value,
    significant,
    if(significant, sensitivity, NULL) AS sensitivity,
    shared_schedule
FROM judged_pair
JOIN account_number AS one ON one.number = account_a
JOIN account_number AS other ON other.number = account_b
ORDER BY trace, account_a, account_b
