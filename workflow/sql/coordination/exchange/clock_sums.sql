-- Sums of the directions of an account's times on a clock of a quarter of an hour and of an hour, in millionths, so that
-- no sum depends on the order of its rows. Posts at one time count once.
WITH instant AS (
    SELECT DISTINCT number AS account, floor(epoch(time))::BIGINT // $resolution * $resolution AS time
    FROM trace_event
    JOIN account_number USING (account)
    WHERE trace = $timeline
)

SELECT
    account,
    any_value(population) AS population,
    count(*) AS times,
    sum(round(1e6 * cos(2 * pi() * time / 900))::BIGINT)::BIGINT AS quarter_east,
    sum(round(1e6 * sin(2 * pi() * time / 900))::BIGINT)::BIGINT AS quarter_north,
    sum(round(1e6 * cos(2 * pi() * time / 3600))::BIGINT)::BIGINT AS hour_east,
    sum(round(1e6 * sin(2 * pi() * time / 3600))::BIGINT)::BIGINT AS hour_north
FROM instant
JOIN member USING (account)
GROUP BY account
ORDER BY account
