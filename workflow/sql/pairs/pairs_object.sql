-- Consecutive numbers of the objects with events of more than one account.
SELECT object, (row_number() OVER () - 1)::INTEGER AS object_number
FROM (SELECT object FROM pairs_near GROUP BY object HAVING min(account) <> max(account))
