-- Uses of hashtags in the posts of some archives that contain one of some texts or are one of some words.
SELECT '' AS key, count(*) AS observed
FROM post_hashtag
WHERE
    archive_id IN (SELECT unnest($archives))
    AND (list_contains($equal, value) OR len(list_filter($within, lambda part: contains(value, part))) > 0)
