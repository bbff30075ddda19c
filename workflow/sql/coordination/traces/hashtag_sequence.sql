-- Posts with the same three or more hashtags in the same order (Pacheco et al. 2021), without reposts. Lists are sorted after
-- short ones are left out, which takes half the time of aggregates that sort.
SELECT
    archive_id,
    post_id,
    account,
    array_to_string(list_select(list(folded(value)), list_grade_up(list(position))), ' ') AS object,
    time
FROM traced_post
JOIN post_hashtag USING (archive_id, post_id)
WHERE NOT is_repost
GROUP BY archive_id, post_id, account, time
HAVING count(*) >= 3
