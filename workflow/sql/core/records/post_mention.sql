SELECT
    archive_id,
    post_id,
    unnest(range(1, len(mention_list) + 1))::INTEGER AS position,
    unnest(mention_list) AS value
FROM sound_post_row
WHERE len(mention_list) > 0
