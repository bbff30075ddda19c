-- Near pairs of posts, each on the object in public use that may explain it, if there is one; others stay on the timeline.
SELECT near_pair.* REPLACE (coalesce(place + last_timeline, object) AS object)
FROM near_pair
CROSS JOIN (SELECT coalesce(max(object), 0) AS last_timeline FROM near_pair)
LEFT JOIN public_pair USING (account_a, account_b, time, difference)
