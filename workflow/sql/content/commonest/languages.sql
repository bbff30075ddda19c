-- Posts of $archives by local month and detected language; the $top commonest of each month with at least $fewest posts.
SELECT
    strftime(local_time(posted_at), '%Y-%m') AS month,
    row_number() OVER (PARTITION BY month ORDER BY count(*) DESC, language) AS rank,
    language AS value,
    count(*) AS posts
FROM post
WHERE archive_id IN (SELECT unnest($archives)) AND language <> ''
GROUP BY month, language
HAVING count(*) >= $fewest
QUALIFY rank <= $top
ORDER BY month, rank
