"""Measure the shares of posts and profiles with listed terms."""

import numpy as np

from takedown.content.labels import sought_terms
from takedown.content.measures import (
    compared_measures,
    population_measures,
    profile_measures,
    term_rows,
    topics_of,
)
from takedown.content.shares import read_cells, read_post_cells, weekly_shares
from takedown.content.terms import load_outlets, load_terms
from takedown.core.database import open_records, read_sql
from takedown.core.languages import shown_languages
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.core.tables import write_csv

log = start_log(snakemake.log[0])
params = snakemake.params
# Without a list of terms nothing of the content is measured.
subjects = {subject: list(archives) for subject, archives in params.subjects.items() if params.lists}
outlets = load_outlets(snakemake.input.outlets)
news = sought_terms(term for term in load_terms(snakemake.input.terms) if term.list == "news")["terms"]
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
connection.execute(read_sql("content/labels/macros.sql"))
measures, weeks, terms, cells, profiles = [], [], [], {}, {}
for subject, archives in subjects.items():
    languages = shown_languages(connection, archives, params.languages)
    if found := read_post_cells(connection, archives, params.topic_lists, languages):
        cells[subject] = found.of_lists(params.lists)
        terms += term_rows(connection, subject, outlets)
    else:
        log.info("no post of %s is known, so its topics are not measured", subject)
    if "news" not in params.lists:
        continue
    if readable := read_cells(connection, "content_profiles", archives=archives, terms=news):
        profiles[subject] = readable
    else:
        log.info("no profile of %s can be read, so its terms for news are not counted", subject)
connection.close()
for subject, found in cells.items():
    measures += population_measures(subject, found, params.since)
    weeks += [
        (subject, *row, found.provenance)
        for row in weekly_shares(found, topics_of(params.topic_lists), np.datetime64(params.weeks_from))
    ]
measures += profile_measures(profiles)
if len(cells) == 2:
    measures += compared_measures(cells["operation"], cells["control"])
write_measures(measures, snakemake.output.measures)
columns = ("subject", "week", "language", "topic", "posts", "on_topic", "share", "low", "high", "provenance")
write_csv(snakemake.output.weeks, columns, weeks)
columns = ("subject", "list", "outlet", "way", "term", "posts", "accounts", "share", "provenance")
write_csv(snakemake.output.terms, columns, sorted(terms))
