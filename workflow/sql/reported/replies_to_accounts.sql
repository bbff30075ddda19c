-- Replies to given accounts, by id, in the posts of some archives since a day (UTC).
SELECT reply_to_account_id AS key, count(*) AS observed
FROM post
WHERE archive_id IN (SELECT unnest($archives)) AND posted_at >= $since::DATE AND list_contains($keys, reply_to_account_id)
GROUP BY key
ORDER BY key
