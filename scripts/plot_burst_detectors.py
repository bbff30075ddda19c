"""Draw the days that each burst detector flags, beside its share of false alarms."""

import duckdb
import numpy as np

from takedown.core.database import read_sql
from takedown.core.log import start_log
from takedown.creation.plot_detectors import DetectorLine, plot_burst_detectors
from takedown.figures.style import save_figure, weakest_by_subject

log = start_log(snakemake.log[0])
with duckdb.connect() as connection:
    rows = connection.execute(
        read_sql("creation/burst_detectors.sql"), {"table": snakemake.input.table}
    ).fetchall()
    flagged = connection.execute(
        read_sql("creation/burst_detector_days.sql"), {"table": snakemake.input.days}
    ).fetchnumpy()
lines, provenance = [], {}
for subject, detector, valid, first_day, last_day, local, growth, source in rows:
    days = flagged["date"][(flagged["subject"] == subject) & (flagged["detector"] == detector)]
    span = np.datetime64(first_day, "D"), np.datetime64(last_day, "D")
    lines.append(DetectorLine(subject, detector, valid, *span, days.astype("datetime64[D]"), local, growth))
    provenance.setdefault(subject, set()).add(source)
save_figure(
    plot_burst_detectors(lines), snakemake.output, weakest_by_subject(provenance), snakemake.params.names
)
log.info("drew %d detectors", len(lines))
