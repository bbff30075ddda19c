-- Which account used which object, both numbered from 0, and how often. Objects of one account compare nobody.
WITH used AS (
    SELECT account.number AS account, object, count(*) AS times
    FROM labelled_event
    JOIN account USING (account)
    GROUP BY account.number, object
),

shared AS (SELECT object, count(*) AS accounts FROM used GROUP BY object HAVING count(*) > 1)

SELECT used.account, dense_rank() OVER (ORDER BY object) - 1 AS object, times
FROM used
JOIN shared USING (object)
ORDER BY account, object
