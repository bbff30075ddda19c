-- Dense numbers of the objects that more than one account has.
SELECT object, (row_number() OVER () - 1)::INTEGER AS object_number
FROM (SELECT object FROM pairs_near GROUP BY object HAVING min(account) <> max(account))
