-- Number of pairs by number of days near each other and together.
SELECT days_near, days_within, count(*) AS pairs
FROM pair
GROUP BY days_near, days_within
ORDER BY days_near, days_within
