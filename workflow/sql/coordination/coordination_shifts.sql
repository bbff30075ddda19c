-- Excess of the share of accounts in pairs over shifted timelines, by largest shift; NaN without an interval.
SELECT
    trace,
    subject,
    shift_seconds,
    excess,
    coalesce(excess_low, 'nan') AS excess_low,
    coalesce(excess_high, 'nan') AS excess_high
FROM read_csv(
    $table,
    header = true,
    columns = {
        'trace': 'VARCHAR', 'subject': 'VARCHAR', 'window_seconds': 'BIGINT', 'shift_seconds': 'BIGINT',
        'rarefied': 'DOUBLE', 'shifted': 'DOUBLE', 'excess': 'DOUBLE', 'excess_low': 'DOUBLE', 'excess_high': 'DOUBLE',
        'provenance': 'VARCHAR'
    }
)
WHERE trace = 'co_tweet_or_co_retweet'
ORDER BY subject, shift_seconds
