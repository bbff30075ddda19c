-- Number of posts of all archives with a slur.
SELECT count(DISTINCT (archive_id, post_id)) AS posts
FROM post_term
WHERE list = 'slur'
