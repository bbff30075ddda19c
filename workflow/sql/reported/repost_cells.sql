-- Posts and reposts of each account of some archives on each day (UTC) with a post; accounts are numbered from 0.
SELECT
    dense_rank() OVER (ORDER BY archive_id, account_id) - 1 AS account,
    date_diff('day', DATE '1970-01-01', posted_at::DATE) AS day,
    count(*) AS posts,
    count(*) FILTER (is_repost) AS reposts
FROM post
WHERE archive_id IN (SELECT unnest($archives))
GROUP BY archive_id, account_id, day
ORDER BY account, day
