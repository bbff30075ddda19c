-- Accounts with an event, numbered from 0, with the number of different objects.
SELECT
    row_number() OVER (ORDER BY account) - 1 AS number,
    account,
    any_value(labelled) AS labelled,
    count(DISTINCT object) AS objects
FROM labelled_event
GROUP BY account
ORDER BY number
