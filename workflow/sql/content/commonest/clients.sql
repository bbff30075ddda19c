-- Posts of $archives by local month and sending application; the $top commonest of each month with at least $fewest posts.
-- An application that is named like the handle of an account is left out.
SELECT
    strftime(local_time(posted_at), '%Y-%m') AS month,
    row_number() OVER (PARTITION BY month ORDER BY count(*) DESC, client) AS rank,
    client AS value,
    count(*) AS posts
FROM post
WHERE
    archive_id IN (SELECT unnest($archives))
    AND client <> ''
    AND ltrim(lower(client), '@') NOT IN (SELECT handle FROM handle)
GROUP BY month, client
HAVING count(*) >= $fewest
QUALIFY rank <= $top
ORDER BY month, rank
