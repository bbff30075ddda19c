-- Events in numbers; those on the object of one account alone are left out.
SELECT object_number AS o, account_number AS u, floor(seconds)::BIGINT AS t
FROM pairs_source
JOIN pairs_account USING (account)
JOIN pairs_object USING (object)
WHERE seconds IS NOT NULL
