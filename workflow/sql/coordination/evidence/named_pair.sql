SELECT
    one.account AS account_a,
    other.account AS account_b,
    days_near,
    days_within,
    event_pairs,
    objects
FROM pair
JOIN account_number AS one ON one.number = account_a
JOIN account_number AS other ON other.number = account_b
ORDER BY one.number, other.number
