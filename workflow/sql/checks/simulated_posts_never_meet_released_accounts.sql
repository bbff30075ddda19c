-- An archive without posts of its own has none at all: a release's users are never joined with a replica's tweets.
SELECT archive_id, count(*) FROM post JOIN archive USING (archive_id) WHERE NOT has_posts GROUP BY archive_id
