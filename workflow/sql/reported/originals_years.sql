-- Posts of some archives in some languages whose text does not begin with RT @, by local year.
SELECT strftime(posted_at + to_hours($utc_offset_hours::BIGINT), '%Y') AS key, count(*) AS observed
FROM post
WHERE
    archive_id IN (SELECT unnest($archives))
    AND list_contains($languages, language)
    AND NOT starts_with(coalesce(text, ''), 'RT @')
GROUP BY key
ORDER BY key
