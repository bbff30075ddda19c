-- The counts come from a chart of accounts of the September release.
SELECT 'china_092019' AS archive_id, lower(tweet_language) AS language, date_hkt AS posted_on, hour_hkt::INTEGER AS hour, tweets::INTEGER AS posts
FROM read_csv($folder || '/posting_by_hour.csv', types = {'date_hkt': 'DATE'})
ORDER BY archive_id, language, posted_on, hour
