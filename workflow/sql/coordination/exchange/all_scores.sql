-- Sums of the scores of an account over all traces.
SELECT account, sum(score)::BIGINT AS score, sum(days)::BIGINT AS days
FROM trace_score
GROUP BY account
