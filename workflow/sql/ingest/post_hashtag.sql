-- Table post_hashtag.
SELECT
    $archive_id AS archive_id,
    id AS post_id,
    unnest(range(1, len(hashtag_list) + 1))::INTEGER AS position,
    unnest(hashtag_list) AS value
FROM kept
WHERE len(hashtag_list) > 0
ORDER BY post_id, position
