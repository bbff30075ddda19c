-- Dormancies: silences of at least so many days after a post; one row for each. `silent_until` is the day of the next
-- post, null where the account was still silent when its archive ends.
SELECT
    archive_id,
    account_id,
    account.created_on,
    posted_on AS silent_from,
    next_posted_on AS silent_until,
    observed_until
FROM post_sequence
JOIN (
    SELECT archive_id, max(posted_on) AS observed_until FROM post_sequence GROUP BY archive_id
) USING (archive_id)
JOIN account USING (archive_id, account_id)
WHERE coalesce(next_posted_on, observed_until) - posted_on >= $dormancy_days
ORDER BY archive_id, account_id, silent_from
