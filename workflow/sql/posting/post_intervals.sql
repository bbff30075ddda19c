-- Minutes between neighbouring posts of each account of the given archives, on the local days of a span.
-- One row for each account with two posts or more. `batch` is its creation day, or its id where the day is not known.
-- Times are known to the minute; `same_minute` counts intervals of 0.
WITH interval AS (
    SELECT
        archive_id,
        account_id,
        date_diff('minute', lag(posted_at) OVER account_posts, posted_at) AS minutes
    FROM post
    WHERE
        archive_id IN (SELECT unnest($archives))
        AND local_time(posted_at)::DATE BETWEEN $first_day AND $last_day
    WINDOW account_posts AS (PARTITION BY archive_id, account_id ORDER BY posted_at)
)
SELECT
    count(minutes) AS intervals,
    avg(minutes) AS mean,
    stddev_pop(minutes) AS deviation,
    median(minutes) AS median,
    count(*) FILTER (minutes = 0) AS same_minute,
    coalesce(any_value(account.created_on)::VARCHAR, account_id) AS batch
FROM interval
LEFT JOIN account USING (archive_id, account_id)
GROUP BY archive_id, account_id
HAVING count(minutes) > 0
ORDER BY archive_id, account_id
