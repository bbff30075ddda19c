-- The posts of held_cell by account, local day and group of languages, and how many hold what: one row for each cell.
-- topic is a term of any of $topic_lists; slur_topic a slur in a post on the topic.
SELECT
    account,
    posted_on,
    language_group,
    provenance,
    sum(posts)::BIGINT AS posts,
    coalesce(sum(posts) FILTER (WHERE list_has_any(lists, $topic_lists::VARCHAR[])), 0)::BIGINT AS topic,
    coalesce(sum(posts) FILTER (WHERE list_contains(lists, 'slur')), 0)::BIGINT AS slur,
    coalesce(
        sum(posts) FILTER (WHERE list_contains(lists, 'slur') AND list_has_any(lists, $topic_lists::VARCHAR[])), 0
    )::BIGINT AS slur_topic,
    coalesce(sum(posts) FILTER (WHERE list_contains(lists, 'state_media')), 0)::BIGINT AS state_media
FROM held_cell
GROUP BY account, posted_on, language_group, provenance
ORDER BY account, posted_on, language_group
