-- Posts of some archives in some languages that do not begin with RT @, by interface language of their account.
SELECT account.language AS key, count(*) AS observed
FROM post
JOIN account USING (archive_id, account_id)
WHERE
    archive_id IN (SELECT unnest($archives))
    AND list_contains($languages, post.language)
    AND NOT starts_with(coalesce(text, ''), 'RT @')
    AND account.language IS NOT NULL
GROUP BY account.language
ORDER BY account.language
