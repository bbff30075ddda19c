-- Posts of each account on each local day of a span: all, in office hours, and at weekends.
-- Accounts are numbered from 0; `in_first` is true for accounts of $first_archives. The weekend of two days begins on $weekend
-- (0 is Monday).
WITH local_post AS (
    SELECT
        archive_id,
        account_id,
        local_time(posted_at) AS local_time,
        (isodow(local_time) + 4 - $weekend) % 7 >= 5 AS is_weekend
    FROM post
    WHERE archive_id IN (SELECT unnest($first_archives || $second_archives))
),
account_day AS (
    SELECT
        archive_id,
        account_id,
        local_time::DATE AS posted_on,
        count(*) AS posts,
        count(*) FILTER (
            NOT is_weekend AND hour(local_time) >= $office_start AND hour(local_time) < $office_end
        ) AS office_posts,
        count(*) FILTER (is_weekend) AS weekend_posts
    FROM local_post
    WHERE local_time::DATE BETWEEN $first_day AND $last_day
    GROUP BY archive_id, account_id, posted_on
)
SELECT
    list_contains($first_archives, archive_id) AS in_first,
    dense_rank() OVER (ORDER BY archive_id, account_id) - 1 AS account,
    date_diff('day', $first_day::DATE, posted_on) AS day,
    posts,
    office_posts,
    weekend_posts
FROM account_day
ORDER BY account, day
