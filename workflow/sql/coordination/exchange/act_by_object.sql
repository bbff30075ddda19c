-- Acts with the speed of their account on all other objects and days: the mean score, drawn to the middle as by two more
-- scores of 0, in tenths from 0, the fastest, to 9.
WITH others AS (
    SELECT
        account,
        object,
        day,
        sum(score) OVER one_account - coalesce(score, 0) AS score,
        count(score) OVER one_account - (score IS NOT NULL)::INTEGER + 2 AS days
    FROM (SELECT account, object, day, score FROM score)
    WINDOW one_account AS (PARTITION BY account)
)

SELECT
    account,
    object,
    time,
    day,
    crowd,
    ((10 * (coalesce(score, 0) + 500000 * days)) // (1000000 * days))::INTEGER AS speed,
    account IN (FROM clock) AS keeps_clock
FROM act
JOIN others USING (account, object, day)
