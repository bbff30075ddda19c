-- Table post_mention.
SELECT
    $archive_id AS archive_id,
    id AS post_id,
    unnest(range(1, len(mention_list) + 1))::INTEGER AS position,
    unnest(mention_list) AS value
FROM kept
WHERE len(mention_list) > 0
ORDER BY post_id, position
