-- No account is older than the platform or younger than the release.
SELECT archive_id, account_id, created_on FROM account JOIN archive USING (archive_id)
WHERE created_on NOT BETWEEN DATE '2006-03-21' AND released_on
