"""Draw the posts of the series on holidays and protest days against the same weekdays around them."""

import csv
from pathlib import Path

import numpy as np

from takedown.core.languages import read_languages
from takedown.core.log import start_log
from takedown.core.measures import read_measures
from takedown.figures.style import save_figure
from takedown.posting.plot_calendar_days import (
    MARKERS,
    MEANS,
    DayRatio,
    SeriesRatios,
    plot_posting_calendar_days,
)

log = start_log(snakemake.log[0])
languages = read_languages(snakemake.input.languages)
# Subjects that are drawn, with their titles: the languages of the configuration, or all posts together.
titles = (
    {snakemake.params.whole: "All posts"}
    if snakemake.params.languages == "commonest"
    else {
        code: f"{languages[code].name if code in languages else code} posts"
        for code in snakemake.params.languages
    }
)
with Path(snakemake.input.table).open(newline="", encoding="utf-8") as file:
    rows = [row for row in csv.DictReader(file) if row["subject"] in titles]
mean_of = next(kind for kind in MEANS if kind == "holiday" or any(row["kind"] == kind for row in rows))
measures = {(row.measure, row.subject): row for row in read_measures(snakemake.input.measures)}


def numbers(name, subject, *columns):
    row = measures.get((f"posting.{name}", subject))
    return row and tuple(getattr(row, column) for column in columns)


series = {}
for subject, title in titles.items():
    days = [
        DayRatio(
            np.datetime64(row["day"]), row["name"].lstrip("'"), row["kind"], row["place"], float(row["ratio"])
        )
        for row in rows
        if row["subject"] == subject and row["kind"] in MARKERS and row["ratio"]
    ]
    series[title] = SeriesRatios(
        days,
        numbers("ordinary_day_ratio", subject, "low", "high"),
        numbers(f"{mean_of}{'_day' * (mean_of == 'protest')}_ratio", subject, "value", "low", "high"),
    )
provenance = {
    title: row["provenance"] for subject, title in titles.items() for row in rows if row["subject"] == subject
}
save_figure(plot_posting_calendar_days(series, mean_of, snakemake.params.note), snakemake.output, provenance)
log.info("drew %d ratios of special days", sum(len(one.days) for one in series.values()))
