-- An archive without tweets files has no posts: the users of a release are never combined with the tweets of a replica.
SELECT archive_id, count(*) FROM post JOIN archive USING (archive_id) WHERE NOT has_posts GROUP BY archive_id
