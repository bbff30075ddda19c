-- All keys of the objects in a file.
SELECT DISTINCT unnest(json_keys(CASE WHEN json_valid(line) AND json_type(line) = 'OBJECT' THEN line END)) AS key FROM {}
