-- Dormancies: silences of $dormancy_days or more after a post; one row for each. `silent_until` is the day of the next post,
-- null if the account was still silent at the end of its archive.
WITH archive_end AS (
    SELECT archive_id, max(posted_on) AS observed_until
    FROM post_sequence
    JOIN numbered_account USING (number)
    GROUP BY archive_id
)

SELECT
    archive_id,
    account_id,
    created_on,
    posted_on AS silent_from,
    next_posted_on AS silent_until,
    observed_until
FROM post_sequence
JOIN numbered_account USING (number)
JOIN archive_end USING (archive_id)
WHERE coalesce(next_posted_on, observed_until) - posted_on >= $dormancy_days
ORDER BY number, silent_from
