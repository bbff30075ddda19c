-- Lines, and their JSON objects if they are one; the caller inserts the source of the lines at the end.
SELECT line, CASE WHEN json_valid(line) THEN CASE WHEN json_type(line) = 'OBJECT' THEN line END END AS object FROM {}
