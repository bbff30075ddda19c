-- Posts of the two archives of August 2019, in the download of 2019.
SELECT value, NULL AS low, NULL AS high, 'posts' AS unit, provenance, source
FROM published_number('china_082019_1+china_082019_2', 'posts.total', 'chua2019')
