-- Most posts of some archives on one day (UTC), from one day to another.
SELECT '' AS key, max(posts) AS observed
FROM (
    SELECT count(*) AS posts
    FROM post
    WHERE archive_id IN (SELECT unnest($archives)) AND posted_at::DATE BETWEEN $since::DATE AND $until::DATE
    GROUP BY posted_at::DATE
)
