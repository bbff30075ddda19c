-- Posts of some archives whose ids were made (record_with_id.sql), those that repeat an earlier post, and their provenances.
SELECT count(*) AS posts, count_if(NOT suffix(post_id, '-1')) AS repeats, list(DISTINCT provenance ORDER BY provenance) AS provenances
FROM post
JOIN archive USING (archive_id)
WHERE
    archive_id IN (SELECT unnest($archives))
    AND strlen(post_id) > 36
    AND regexp_full_match(post_id, '[0-9a-f]{32}(-[0-9]+){3}')
