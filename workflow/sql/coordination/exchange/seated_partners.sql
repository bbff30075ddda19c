-- The seats of the partners of an account on an object and day, and its own, as bits: of objects with no more than 126 accounts.
WITH seat AS MATERIALIZED (
    SELECT DISTINCT account, day, place, seat FROM shared_use WHERE users <= 126
),

seat_of_one AS MATERIALIZED (
    SELECT place, account, partner
    FROM (
        SELECT account_a AS account, account_b AS partner, day FROM linked
        UNION ALL
        SELECT account_b, account_a, day FROM linked
    )
    JOIN seat USING (account, day)
)

SELECT place, account, bit_or(1::HUGEINT << seat) AS seats
FROM (
    SELECT seat_of_one.place, seat_of_one.account, seat
    FROM seat_of_one
    JOIN seat ON seat.place = seat_of_one.place AND seat.account = partner
    UNION ALL
    SELECT place, account, seat FROM seat
)
GROUP BY place, account
