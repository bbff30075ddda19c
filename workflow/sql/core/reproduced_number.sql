-- The table reproduced_number, from results/tables/reproduced_numbers.csv.
INSERT INTO reproduced_number BY NAME
SELECT archive_id, measure, population, source, locator, observed, agrees, observed_provenance
FROM read_csv($file, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"')
