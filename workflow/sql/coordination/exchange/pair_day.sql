-- Each day from $first to $last on which two accounts were near each other, and whether they were together: on the rarest
-- object that they shared, the first time if there are several. What two accounts did on one day hangs together, so it counts once.
SELECT account_a, account_b, day, min(act_pair) AS first, (min(act_pair) >> 8) & 1 = 1 AS together
FROM near_pair
WHERE day BETWEEN $first AND $last
GROUP BY account_a, account_b, day
