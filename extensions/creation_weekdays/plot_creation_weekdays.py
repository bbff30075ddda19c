"""Count the days of the week on which accounts were created: the day is the unit, however many accounts it brought."""

import numpy as np
from scipy.stats import binomtest

from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import Measure, weakest_provenance, write_measures
from takedown.figures.style import (
    POPULATIONS,
    SINGLE_WIDTH,
    add_axes,
    figure_style,
    new_figure,
    save_figure,
    weakest_by_subject,
)

DAYS_OF_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
QUERY = """
    SELECT isodow(created_on) AS weekday, count(DISTINCT created_on) AS days, list(DISTINCT provenance) AS provenance
    FROM creation_day
    WHERE list_contains($archives, archive_id) AND created_on <= $last_day
    GROUP BY weekday
    ORDER BY weekday
"""

start_log(snakemake.log[0])
params = snakemake.params
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
measures, shares, provenances = [], {}, {}
for subject, archives in params.subjects.items():
    rows = connection.execute(QUERY, {"archives": archives, "last_day": params.control_cut}).fetchall()
    if not rows:
        continue
    days = np.zeros(7, dtype=int)
    days[[weekday - 1 for weekday, _, _ in rows]] = [number for _, number, _ in rows]
    share = binomtest(days[5:].sum(), days.sum())
    interval = share.proportion_ci(method="wilson")
    shares[subject] = days / days.sum()
    provenances[subject] = [provenance for _, _, listed in rows for provenance in listed]
    measures.append(
        Measure(
            measure="creation_weekdays.weekend_day_share",
            subject=subject,
            value=float(share.statistic),
            low=float(interval.low),
            high=float(interval.high),
            p_value=None,
            n=int(days.sum()),
            unit="share of creation days (UTC)",
            method="Creation days on Saturday or Sunday of all creation days; Wilson interval, the day is the unit; evenly: 2/7",
            provenance=weakest_provenance(provenances[subject]),
            rule="plot_creation_weekdays",
        )
    )
write_measures(measures, snakemake.output.measures)

with figure_style():
    figure = new_figure(SINGLE_WIDTH, 50)
    axes = add_axes(figure, 12, 9, SINGLE_WIDTH - 15, 36)
    for place, (subject, share) in enumerate(shares.items()):
        axes.bar(np.arange(7) + 0.4 * place, share, width=0.38, color=POPULATIONS[subject], label=subject)
    axes.axhline(1 / 7, color="black", linewidth=0.5, linestyle=":", label="one in seven")
    axes.set_xticks(np.arange(7) + 0.2, DAYS_OF_WEEK)
    axes.set_ylabel("Share of creation days")
    axes.set_ylim(0, 0.24)
    axes.legend(ncols=3, loc="upper right", frameon=False)
    outputs = [snakemake.output[kind] for kind in ("pdf", "svg", "png")]
    save_figure(figure, outputs, weakest_by_subject(provenances), params.names)
