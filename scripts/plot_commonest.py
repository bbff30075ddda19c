"""Draw the commonest hashtags, domains, clients and languages of the operation's posts by month."""

import csv
from pathlib import Path

from takedown.content.plot_commonest import plot_commonest
from takedown.core.languages import read_languages
from takedown.core.log import start_log
from takedown.figures.style import save_figure, weakest_by_subject

SUBJECT = "operation"
TITLES = {"hashtag": "hashtags", "domain": "link domains", "client": "clients", "language": "languages"}

log = start_log(snakemake.log[0])
with Path(snakemake.input.table).open(newline="", encoding="utf-8") as file:
    rows = [row | {"value": row["value"].removeprefix("'")} for row in csv.DictReader(file)]
rows = [row for row in rows if row["subject"] == SUBJECT]
names = {code: language.name for code, language in read_languages(snakemake.input.languages).items()}
figure = plot_commonest(rows, TITLES, names, SUBJECT)
provenance = weakest_by_subject({SUBJECT: [row["provenance"] for row in rows]})
save_figure(figure, snakemake.output, provenance, snakemake.params.names)
log.info("%d values of months", len(rows))
