-- The share of hashed ids in a release or replica equals the published share to four digits.
SELECT archive_id, round(avg(id_is_hashed::INTEGER), 4) AS share_read, any_value(value) AS share_published
FROM account
JOIN published_profile_quantile USING (archive_id)
WHERE published_profile_quantile.measure = 'hashed_id_share'
GROUP BY archive_id
HAVING abs(avg(id_is_hashed::INTEGER) - any_value(value)) > 0.00005
