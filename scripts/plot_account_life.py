"""Draw the survival curves of accounts."""

import duckdb
import numpy as np

from takedown.core.database import read_sql
from takedown.core.log import start_log
from takedown.figures.style import save_figure, weakest_by_subject
from takedown.life.plot_survival import SurvivalCurve, plot_account_life

log = start_log(snakemake.log[0])
table = {"table": str(snakemake.input.table)}
rows = duckdb.execute(read_sql("life/life_survival.sql"), table).fetchnumpy()
columns = [rows[name] for name in ("day", "at_risk", "survival", "low", "high")]
subjects = rows["subject"].astype(str)
keys = list(zip(rows["curve"].tolist(), subjects.tolist(), rows["since"].tolist(), strict=True))
# The rows of a curve follow each other.
starts = [place for place, key in enumerate(keys) if place == 0 or key != keys[place - 1]]
curves = {
    keys[start]: SurvivalCurve(*(column[start:end] for column in columns))
    for start, end in zip(starts, [*starts, len(keys)][1:], strict=True)
}
provenances = {name: rows["provenance"][subjects == name].tolist() for name in np.unique(subjects)[::-1]}
save_figure(
    plot_account_life(curves), snakemake.output, weakest_by_subject(provenances), snakemake.params.names
)
log.info("%d curves", len(curves))
