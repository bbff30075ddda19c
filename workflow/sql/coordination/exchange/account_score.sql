-- Sums of an account's scores, and how many there are.
SELECT account, sum(score)::BIGINT AS score, count(*) AS days
FROM score
WHERE score IS NOT NULL
GROUP BY account
ORDER BY account
