-- Mentions of given accounts, by id, in the posts of some archives since a day (UTC).
SELECT value AS key, count(*) AS observed
FROM post_mention
JOIN post USING (archive_id, post_id)
WHERE archive_id IN (SELECT unnest($archives)) AND posted_at >= $since::DATE AND list_contains($keys, value)
GROUP BY value
ORDER BY value
