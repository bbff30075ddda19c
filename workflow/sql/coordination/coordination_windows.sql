-- Shares of accounts in pairs by window; one row for each trace, population and window, the union of traces first.
SELECT
    trace,
    subject,
    window_seconds,
    share,
    rarefied,
    rarefied_low,
    rarefied_high,
    shifted,
    shifted_low,
    shifted_high,
    provenance
FROM read_csv(
    $table,
    header = true,
    columns = {
        'trace': 'VARCHAR', 'subject': 'VARCHAR', 'window_seconds': 'BIGINT', 'accounts': 'BIGINT', 'events': 'BIGINT',
        'share': 'DOUBLE', 'rarefied_accounts': 'BIGINT', 'rarefied_events': 'DOUBLE', 'draws': 'BIGINT',
        'rarefied': 'DOUBLE', 'rarefied_low': 'DOUBLE', 'rarefied_high': 'DOUBLE', 'shift_seconds': 'BIGINT',
        'shifted': 'DOUBLE', 'shifted_low': 'DOUBLE', 'shifted_high': 'DOUBLE', 'provenance': 'VARCHAR'
    }
)
ORDER BY trace <> 'co_tweet_or_co_retweet', trace, subject, window_seconds
