"""Draw the specification curves of the headline numbers."""

import csv

import numpy as np

from takedown.core.log import start_log
from takedown.figures.style import save_figure, weakest_by_subject
from takedown.robustness.plot_curve import SpecificationCurve, plot_specifications

#: Populations whose records each finding is based on.
SUBJECTS = {
    "bursts": snakemake.params.populations,
    "office_hours": snakemake.params.series_name,
}

log = start_log(snakemake.log[0])
curves, provenance = {}, {}
for finding, subject in SUBJECTS.items():
    with open(snakemake.input[finding], encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    columns = dict(zip(header, np.array(rows, str).reshape(-1, len(header)).T, strict=True))
    curves[finding] = SpecificationCurve.of_table(columns)
    provenance.setdefault(subject, set()).update(columns["provenance"])
    log.info("%s: %d specifications", finding, len(rows))
figure = plot_specifications(curves)
save_figure(figure, snakemake.output, weakest_by_subject(provenance), snakemake.params.names)
