-- Posts in Indonesian of the archives of August and September 2019.
SELECT value, NULL AS low, NULL AS high, 'posts' AS unit, provenance, source
FROM published_number('china_082019_1+china_082019_2+china_092019', 'posts.by_language.in', 'basel2020')
