"""Draw the share of accounts in at least one pair by window."""

import duckdb
import numpy as np

from takedown.coordination.plot_windows import ShiftLine, WindowLine, plot_coordination_windows
from takedown.core.database import read_sql
from takedown.core.log import start_log
from takedown.figures.style import save_figure, weakest_by_subject

log = start_log(snakemake.log[0])


def groups(table, keys, columns):
    """Return the columns of each group of consecutive rows with the same keys, in the order of the rows."""
    path = str(snakemake.input[table])
    rows = duckdb.execute(read_sql(f"coordination/coordination_{table}.sql"), {"table": path}).fetchnumpy()
    names = list(zip(*(rows[key].tolist() for key in keys), strict=True))
    starts = [place for place, name in enumerate(names) if place == 0 or name != names[place - 1]]
    ends = [*starts, len(names)][1:]
    return {
        names[start]: [rows[column][start:end] for column in columns]
        for start, end in zip(starts, ends, strict=True)
    }


shares = ("share", "rarefied", "rarefied_low", "rarefied_high", "shifted", "shifted_low", "shifted_high")
found = groups("windows", ("trace", "subject"), ("provenance", "window_seconds", *shares))
shifts = groups("shifts", ("subject",), ("shift_seconds", "excess", "excess_low", "excess_high"))
figure = plot_coordination_windows(
    {key: WindowLine(*columns[1:]) for key, columns in found.items()},
    {subject: ShiftLine(*columns) for (subject,), columns in shifts.items()},
)
subjects = sorted({subject for _, subject in found}, reverse=True)
provenances = {
    name: np.concatenate([columns[0] for (_, subject), columns in found.items() if subject == name]).tolist()
    for name in subjects
}
save_figure(figure, snakemake.output, weakest_by_subject(provenances), snakemake.params.names)
log.info("%d curves", len(found))
