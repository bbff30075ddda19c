"""Write the pages on which a reader follows each number to its query, its records and its archive."""

import csv
import json
from pathlib import Path

from takedown.audit.lineage import read_rules
from takedown.audit.numbers import Study
from takedown.audit.site import write_site
from takedown.audit.views import calendar_view, hours_view, network_view
from takedown.claims.ledger import load_claims
from takedown.core.database import open_database
from takedown.core.log import start_log
from takedown.core.registry import read_registry
from takedown.validation.calibration.study import read_calibration


def rows_of(path):
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


log = start_log(snakemake.log[0])
given, root = snakemake.input, Path(snakemake.params.root)
tables = {
    Path(path).stem: rows_of(path)
    for path in given.published
    if Path(path).parent.name == "tables" and path.endswith(".csv")
}
study = Study(
    root=root,
    measures=rows_of(given.measures),
    parameters=rows_of(given.parameters),
    claims=rows_of(given.claims),
    checks=rows_of(given.checks),
    tables=tables,
    rules=read_rules(snakemake.params.lineage, root),
    ledger=load_claims(given.ledger, extensions=given.more_claims),
    registry=read_registry(given.registry),
    rates=read_calibration(given.calibration),
    calibrated=rows_of(given.calibrated),
    published=frozenset(map(str, given.published)),
    files_read=snakemake.params.files_read,
    captions={
        Path(path).stem: json.loads(Path(path).read_text(encoding="utf-8"))
        for path in given.published
        if Path(path).parent.name == "figures" and path.endswith(".json")
    },
)
for text, places in json.loads(Path(given.places).read_text(encoding="utf-8")).items():
    for place in places:
        study.in_paper.setdefault(place["id"], []).append(place | {"text": Path(text).stem})
with open_database(given.database) as connection:
    views = {
        "calendar": calendar_view(tables.get("creation_days", [])),
        "hours": hours_view(connection, snakemake.params.weekend),
        "network": network_view(tables.get("coordination_nodes", []), tables.get("coordination_edges", [])),
    }
output = snakemake.output
write_site(study, views, Path(output.index), Path(output.pages), Path(output.digests))
log.info("pages of %d numbers and %d rules", len(study.measures), len(study.rules))
