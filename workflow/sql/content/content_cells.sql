-- Posts of held_cell by account, local day and language, and how many of them hold which terms: one row for each cell.
-- `topic` counts posts with a term of any of $topic_lists, `slur_topic` those of them that also hold a slur.
SELECT
    account,
    day,
    language_group AS language,
    provenance,
    sum(posts)::BIGINT AS posts,
    coalesce(sum(posts) FILTER (WHERE list_has_any(lists, $topic_lists::VARCHAR[])), 0)::BIGINT AS topic,
    coalesce(sum(posts) FILTER (WHERE list_contains(lists, 'slur')), 0)::BIGINT AS slur,
    coalesce(
        sum(posts) FILTER (WHERE list_contains(lists, 'slur') AND list_has_any(lists, $topic_lists::VARCHAR[])), 0
    )::BIGINT AS slur_topic,
    coalesce(sum(posts) FILTER (WHERE list_contains(lists, 'state_media')), 0)::BIGINT AS state_media
FROM held_cell
GROUP BY account, day, language_group, provenance
ORDER BY account, day, language_group
