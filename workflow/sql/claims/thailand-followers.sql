-- Followers of the most followed account of the release on Thailand, as counted here or as reported.
SELECT value, NULL AS low, NULL AS high, 'followers' AS unit, provenance, source
FROM published_number('thailand_092020', 'accounts.followers_max', 'thaipbs2020')
