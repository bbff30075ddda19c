-- Every account belongs to an archive of the registry.
SELECT archive_id, count(*) FROM account ANTI JOIN archive USING (archive_id) GROUP BY archive_id
