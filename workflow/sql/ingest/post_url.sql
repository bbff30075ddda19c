-- Table post_url.
SELECT
    $archive_id AS archive_id,
    id AS post_id,
    unnest(range(1, len(url_list) + 1))::INTEGER AS position,
    unnest(url_list) AS value
FROM kept
WHERE len(url_list) > 0
ORDER BY post_id, position
