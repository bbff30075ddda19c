-- Posts of all archives that hold a slur.
SELECT count(DISTINCT (archive_id, post_id)) AS posts
FROM post_term
WHERE list = 'slur'
