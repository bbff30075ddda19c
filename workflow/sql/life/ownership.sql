-- Posts that say that their account changed hands, that is with a phrase that $pattern matches in any case; one row for each
-- account and month. Reposts do not count, since their words are another account's.
SELECT
    archive_id,
    account_id,
    account.created_on,
    strftime(posted_at, '%Y-%m') AS month,
    count(*) AS posts
FROM post
JOIN account USING (archive_id, account_id)
WHERE
    archive_id IN (SELECT unnest($archives))
    AND posted_at::DATE <= $until
    AND NOT is_repost
    AND regexp_matches(text, $pattern, 'i')
GROUP BY ALL
ORDER BY archive_id, account_id, month
