-- How early an account was on an object that day: its rank among the accounts of the object and day, as a quantile less a
-- half, in millionths; negative for the early half. Null with fewer than three accounts.
SELECT
    account,
    object,
    day,
    CASE
        WHEN count(*) OVER everybody >= 3 THEN round(
            500000 * (
                2 * rank() OVER (PARTITION BY object, day ORDER BY time)
                + count(*) OVER (PARTITION BY object, day, time)
                - 2
                - count(*) OVER everybody
            ) / count(*) OVER everybody
        )::BIGINT
    END AS score
FROM (SELECT account, object, day, min(time) AS time FROM act GROUP BY account, object, day)
WINDOW everybody AS (PARTITION BY object, day)
