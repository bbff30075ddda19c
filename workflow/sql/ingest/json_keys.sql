-- Every key that an object of the file has.
SELECT DISTINCT unnest(json_keys(CASE WHEN json_valid(line) AND json_type(line) = 'OBJECT' THEN line END)) AS key FROM {}
