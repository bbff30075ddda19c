-- The table reported_number: one row for each published number, from lists of the columns.
SELECT
    unnest($archive_id::VARCHAR[]) AS archive_id,
    unnest($measure::VARCHAR[]) AS measure,
    unnest($population::VARCHAR[]) AS population,
    unnest($value::VARCHAR[]) AS value,
    unnest($unit::VARCHAR[]) AS unit,
    nullif(unnest($low::VARCHAR[]), '')::DOUBLE AS low,
    nullif(unnest($high::VARCHAR[]), '')::DOUBLE AS high,
    unnest($definition::VARCHAR[]) AS definition,
    unnest($version::VARCHAR[]) AS version,
    unnest($derived::BOOLEAN[]) AS derived,
    unnest($source::VARCHAR[]) AS source,
    unnest($locator::VARCHAR[]) AS locator,
    unnest($url::VARCHAR[]) AS url,
    unnest($note::VARCHAR[]) AS note
ORDER BY archive_id, measure, source, population, locator
