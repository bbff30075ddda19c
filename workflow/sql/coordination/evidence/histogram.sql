-- How many pairs were near each other and together on so many days.
SELECT days_near, days_within, count(*) AS pairs
FROM pair
GROUP BY days_near, days_within
ORDER BY days_near, days_within
