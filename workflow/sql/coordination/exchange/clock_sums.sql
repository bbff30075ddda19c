-- Sums of the directions of the times of an account's acts on a clock of a quarter of an hour and of an hour, in millionths, so
-- that no sum depends on the order of its rows.
SELECT
    account,
    any_value(population) AS population,
    count(*) AS times,
    sum(round(1e6 * cos(2 * pi() * time / 900))::BIGINT)::BIGINT AS quarter_east,
    sum(round(1e6 * sin(2 * pi() * time / 900))::BIGINT)::BIGINT AS quarter_north,
    sum(round(1e6 * cos(2 * pi() * time / 3600))::BIGINT)::BIGINT AS hour_east,
    sum(round(1e6 * sin(2 * pi() * time / 3600))::BIGINT)::BIGINT AS hour_north
FROM timeline_act
JOIN member USING (account)
GROUP BY account
ORDER BY account
