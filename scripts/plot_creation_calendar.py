"""Draw the creation calendar of operation and control, with the operation's bursts named."""

import numpy as np

from takedown.core.database import open_database, read_sql
from takedown.core.log import start_log
from takedown.creation.plot_calendar import Calendar, plot_creation_calendar
from takedown.figures.style import save_figure, weakest_by_subject
from takedown.posting.calendar_days import protest_days_of

log = start_log(snakemake.log[0])
query = read_sql("creation/creation_calendar.sql")
with open_database(snakemake.input.database) as connection:
    rows = {
        subject: connection.execute(query, {"archives": list(archives)}).fetchnumpy()
        for subject, archives in snakemake.params.subjects.items()
    }
    bursts = connection.execute(
        read_sql("creation/burst_days.sql"), {"table": snakemake.input.table}
    ).fetchnumpy()["date"]
    disclosed = connection.execute(
        "SELECT min(released_on) FROM archive WHERE list_contains($archives, archive_id)",
        {"archives": list(snakemake.params.subjects["operation"])},
    ).fetchone()[0]
events = {"disclosure": np.datetime64(disclosed, "D")}
marches = protest_days_of(snakemake.params.special_days, snakemake.input.protest_days)
if len(marches):
    events["mass march"] = marches[0]
calendars = {
    subject: Calendar(columns["created_on"].astype("datetime64[D]"), columns["accounts"])
    for subject, columns in rows.items()
}
figure = plot_creation_calendar(
    calendars["operation"],
    calendars["control"],
    bursts.astype("datetime64[D]"),
    np.datetime64(str(snakemake.params.control_cut), "D"),
    events,
)
save_figure(
    figure,
    snakemake.output,
    weakest_by_subject({subject: columns["provenance"] for subject, columns in rows.items()}),
    snakemake.params.names,
)
log.info("drew %d burst days of the operation", len(bursts))
