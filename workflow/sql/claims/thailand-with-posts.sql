-- Accounts of the release on Thailand that have a post, as counted here or as reported.
SELECT value, NULL AS low, NULL AS high, 'accounts' AS unit, provenance, source
FROM published_number('thailand_092020', 'accounts.with_posts', 'sio2020')
