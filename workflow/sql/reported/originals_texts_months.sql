-- Different texts of the posts of some archives in some languages that do not begin with RT @, by local month.
SELECT strftime(posted_at + to_hours($utc_offset_hours::BIGINT), '%Y-%m') AS key, count(DISTINCT text) AS observed
FROM post
WHERE
    archive_id IN (SELECT unnest($archives))
    AND list_contains($languages, language)
    AND NOT starts_with(coalesce(text, ''), 'RT @')
GROUP BY key
ORDER BY key
