-- Times in the one format that the registry states; one without an offset is UTC.
CREATE OR REPLACE TEMP MACRO readable_instant(raw) AS try_strptime(filled(raw), getvariable('time_format'))::TIMESTAMP;
