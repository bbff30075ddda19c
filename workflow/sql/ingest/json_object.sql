-- Lines, and their objects where they are one; the last word stands for what reads the lines.
SELECT line, CASE WHEN json_valid(line) THEN CASE WHEN json_type(line) = 'OBJECT' THEN line END END AS object FROM {}
