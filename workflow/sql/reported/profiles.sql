-- Accounts of some archives by what their profiles state.
UNPIVOT (
    SELECT
        CAST(count(*) FILTER (reported_location <> '') AS DOUBLE) AS with_reported_location,
        CAST(count(*) FILTER (profile_description <> '') AS DOUBLE) AS with_description,
        CAST(count(*) FILTER (profile_url <> '') AS DOUBLE) AS with_profile_url,
        count(*) FILTER (coalesce(profile_description, '') = '') / count(*) AS share_without_description
    FROM account
    WHERE archive_id IN (SELECT unnest($archives))
) ON COLUMNS(*) INTO NAME key VALUE observed
ORDER BY key
