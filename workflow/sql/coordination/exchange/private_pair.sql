-- Near pairs that no object in public use explains.
SELECT near_pair.*
FROM near_pair
ANTI JOIN public_pair USING (account_a, account_b, time, difference)
