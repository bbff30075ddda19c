-- Posts of $archives by day of the week (1 Monday to 7 Sunday) and local hour.
SELECT isodow(posted_on)::INTEGER AS weekday, hour, sum(posts)::BIGINT AS posts
FROM post_hour
WHERE archive_id IN (SELECT unnest($archives))
GROUP BY weekday, hour
ORDER BY weekday, hour
