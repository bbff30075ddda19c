SELECT
    archive_id,
    post_id,
    unnest(range(1, len(hashtag_list) + 1))::INTEGER AS position,
    unnest(hashtag_list) AS value
FROM sound_post_row
WHERE len(hashtag_list) > 0
