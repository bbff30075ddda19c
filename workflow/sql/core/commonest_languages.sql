-- The $number languages with the most posts in $archives, of those with at least $fewest. A code for an undetermined language
-- (und, zxx, art, q..) is no language.
SELECT language
FROM post_hour
WHERE archive_id IN (SELECT unnest($archives)) AND NOT regexp_full_match(language, 'und|zxx|art|q..')
GROUP BY language
HAVING sum(posts) >= $fewest
ORDER BY sum(posts) DESC, language
LIMIT $number
