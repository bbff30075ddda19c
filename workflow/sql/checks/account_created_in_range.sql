-- No account is older than the platform or younger than the release.
SELECT archive_id, account_id, created_on FROM account JOIN archive USING (archive_id)
WHERE created_on > released_on OR created_on < CASE platform
    WHEN 'twitter' THEN DATE '2006-03-21'
    WHEN 'facebook' THEN DATE '2004-02-04'
    ELSE DATE '1990-01-01'
END
