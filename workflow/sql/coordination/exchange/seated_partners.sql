-- The seats of the partners of an account on an object and day, and its own, as bits: of objects with no more than 126 accounts.
WITH seat AS MATERIALIZED (
    SELECT DISTINCT account, day, place, seat FROM shared_use WHERE users <= 126
),

partner AS (
    SELECT account_a AS account, account_b AS partner, day FROM linked
    UNION ALL
    SELECT account_b, account_a, day FROM linked
)

SELECT place, account, bit_or(1::HUGEINT << seat) AS seats
FROM (
    SELECT one.place, one.account, other.seat
    FROM partner
    JOIN seat AS one USING (account, day)
    JOIN seat AS other ON other.place = one.place AND other.account = partner
    UNION ALL
    SELECT place, account, seat FROM seat
)
GROUP BY place, account
