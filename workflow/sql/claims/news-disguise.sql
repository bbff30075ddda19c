-- Accounts of the disclosure of 19 August 2019 with a term of $news in the name or the profile text; no row without accounts.
SELECT
    count(*) FILTER (
        WHERE regexp_matches(
            concat_ws(' ', display_name, profile_description),
            array_to_string(list_transform($news, lambda term: regexp_escape(term)), '|'),
            'i'
        )
    ) AS value,
    NULL AS low,
    NULL AS high,
    'accounts' AS unit,
    max(provenance) AS provenance -- profiles are of a release or a replica, and 'replica' sorts last
FROM account
JOIN archive USING (archive_id)
WHERE platform = 'twitter' AND role = 'operation' AND released_on = DATE '2019-08-19'
HAVING count(*) > 0
