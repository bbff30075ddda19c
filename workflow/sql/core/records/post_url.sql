SELECT
    archive_id,
    post_id,
    unnest(range(1, len(url_list) + 1))::INTEGER AS position,
    unnest(url_list) AS value
FROM sound_post_row
WHERE len(url_list) > 0
