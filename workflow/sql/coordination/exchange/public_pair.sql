-- Near pairs of posts on an object that some account linked to neither of the two used on that day too: the object may be why
-- they are near each other. What more than 126 accounts used is always in public use.
SELECT DISTINCT account_a, account_b, near_pair.time, difference
FROM near_pair
JOIN shared_use AS one ON one.account = account_a AND one.time = near_pair.time
JOIN shared_use AS other
    ON other.account = account_b AND other.time = near_pair.time + difference AND other.place = one.place
LEFT JOIN seated_partners AS partners_a ON partners_a.account = account_a AND partners_a.place = one.place
LEFT JOIN seated_partners AS partners_b ON partners_b.account = account_b AND partners_b.place = one.place
WHERE one.users > 126 OR bit_count(partners_a.seats | partners_b.seats) < one.users
