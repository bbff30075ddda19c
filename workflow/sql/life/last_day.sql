-- The last day (UTC) to a day on which posts of some archives are known.
SELECT max(posted_at)::DATE AS last_day
FROM post
WHERE archive_id IN (SELECT unnest($archives)) AND posted_at::DATE <= $until::DATE
