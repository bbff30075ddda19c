-- Accounts of the archive of September 2019 that were created in August 2019, before or after the announcement of the 19th.
SELECT value, NULL AS low, NULL AS high, 'accounts' AS unit, provenance, source
FROM published_number('china_092019', 'accounts.by_creation_month.2019-08', 'chua2019')
