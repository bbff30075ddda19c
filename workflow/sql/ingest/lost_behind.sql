-- Number lost lines behind the records that were made of the others.
UPDATE lost_lines SET record = $records + number
FROM (SELECT record AS line, row_number() OVER (ORDER BY record) AS number FROM lost_lines)
WHERE record = line
