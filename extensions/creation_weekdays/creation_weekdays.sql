-- Creation days of $archives up to $last_day by weekday, 1 for Monday to 7 for Sunday; one row for each weekday.
SELECT isodow(created_on) AS weekday, count(DISTINCT created_on) AS days, weakest(provenance) AS provenance
FROM creation_day
WHERE list_contains($archives, archive_id) AND created_on <= $last_day
GROUP BY weekday
ORDER BY weekday
