"""Count the weekdays on which accounts were created; the unit is the day, whatever the number of its accounts."""

from pathlib import Path

import numpy as np
from scipy.stats import binomtest

from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import weakest_provenance, write_measures
from takedown.core.tables import write_csv
from takedown.statistics.calendar import SATURDAY, WEEKDAYS
from takedown.statistics.estimate import Estimate, RowBuilder

row = RowBuilder("creation_weekdays", "measure_creation_weekdays")
log = start_log(snakemake.log[0])
params = snakemake.params
query = Path(snakemake.input.query).read_text(encoding="utf-8")
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
measures, table = [], []
for subject, archives in params.subjects.items():
    asked = {"archives": list(archives), "last_day": params.control_cut}
    found = connection.execute(query, asked).fetchall()
    if not found:
        log.info("no creation day of %s is known", subject)
        continue
    days = np.zeros(len(WEEKDAYS), int)
    for weekday, count, _ in found:
        days[weekday - 1] = count
    provenance = weakest_provenance(source for *_, source in found)
    test = binomtest(days[SATURDAY:].sum(), days.sum())
    interval = test.proportion_ci(method="wilson")
    share = Estimate(float(test.statistic), float(interval.low), float(interval.high), n=int(days.sum()))
    method = (
        "creation days on Saturday or Sunday, as a share of all creation days; 95 % Wilson interval with the day as unit; "
        "2/7 if days are spread evenly"
    )
    measures.append(
        row(
            "weekend_day_share",
            subject,
            share,
            "share of creation days (UTC)",
            method,
            provenance,
            n_unit="creation days",
        )
    )
    table += [
        (subject, weekday, int(count), provenance) for weekday, count in zip(WEEKDAYS, days, strict=True)
    ]
write_measures(measures, snakemake.output.measures)
write_csv(snakemake.output.table, ("subject", "weekday", "days", "provenance"), table)
