-- Posts of some archives in some languages whose text does not begin with RT @.
SELECT '' AS key, count(*) AS observed
FROM post
WHERE
    archive_id IN (SELECT unnest($archives))
    AND list_contains($languages, language)
    AND NOT starts_with(coalesce(text, ''), 'RT @')
