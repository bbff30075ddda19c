-- Accounts that posts of some archives since a day (UTC) replied to: how many, how many at least 50 times, and the share of
-- replies to the ten replied to most often.
WITH replied AS (
    SELECT
        referenced(archive_id, reply_to_account_id, inexact_reference.reply_to_account_id, inexact_reference.file) AS account,
        count(*) AS replies
    FROM post
    WHERE archive_id IN (SELECT unnest($archives)) AND posted_at >= $since::DATE AND account IS NOT NULL
    GROUP BY account
)

SELECT 'accounts' AS key, CAST(count(*) AS DOUBLE) AS observed FROM replied
UNION ALL
SELECT 'accounts_50', count(*) FILTER (replies >= 50) FROM replied
UNION ALL
SELECT 'top10_share', (SELECT sum(replies) FROM (FROM replied ORDER BY replies DESC LIMIT 10)) / sum(replies) FROM replied
ORDER BY key
