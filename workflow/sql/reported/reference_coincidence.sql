-- Probability that two randomly drawn accounts of the published reference calendar, created until a day, were created on one day.
SELECT sum(accounts::BIGINT * (accounts - 1)) / (sum(accounts)::DOUBLE * (sum(accounts) - 1)) AS probability
FROM published_creation_day
WHERE archive_id = $reference AND created_on <= $until::DATE
