-- Links to eight Chinese state outlets in the posts of August 2019, of both archives.
SELECT sum(value) AS value, NULL AS low, NULL AS high, 'links' AS unit, weakest(provenance) AS provenance, max(source) AS source
FROM published_number('china_082019_?', 'posts.link_occurrences_prc_state_media', 'basel2020')
HAVING count(*) = 2
