SELECT archive AS archive_id, "column" AS measure, percentile::INTEGER AS percentile, value::DOUBLE AS value
FROM read_csv($folder || '/account_profile_quantiles.csv')
ORDER BY archive_id, measure, percentile
