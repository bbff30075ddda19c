-- Rows of a simulated list of accounts, the form of the control's file. Values of awkward as in tweets.sql.
SELECT
    account_id AS userid,
    CASE WHEN awkward = 1 THEN strftime(created_on::DATE, '%-m/%-d/%Y') ELSE created_on END AS account_creation_date,
    CASE WHEN awkward = 2 THEN 'nan' ELSE follower_count::VARCHAR END AS follower_count,
    following_count::VARCHAR AS following_count,
    post_count::VARCHAR AS statuses_count,
    'yes' AS simulated_by_takedown,
    number AS position
FROM replica_account
