-- Acts with the speed of their account on the objects of all traces: the mean score, drawn to the middle as by two more
-- scores of 0, in tenths from 0, the fastest, to 9.
SELECT
    account,
    object,
    time,
    day,
    crowd,
    ((10 * (coalesce(score, 0) + 500000 * (coalesce(days, 0) + 2))) // (1000000 * (coalesce(days, 0) + 2)))::INTEGER AS speed,
    account IN (FROM clock) AS keeps_clock
FROM timeline_act
LEFT JOIN account_score USING (account)
