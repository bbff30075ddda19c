-- Lists whose separator is stated in the registry.
CREATE OR REPLACE TEMP MACRO readable_list(raw) AS list_filter(
    list_transform(string_split(filled(raw), getvariable('list_separator')), lambda item: trim(item)),
    lambda item: item <> ''
);

CREATE OR REPLACE TEMP MACRO readable_links(raw) AS readable_list(raw);
