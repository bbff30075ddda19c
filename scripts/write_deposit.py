"""Write the anonymous results of a study of real records, which can be published without the records."""

import csv
import re
from pathlib import Path

from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import read_measures, write_measures
from takedown.core.tables import write_csv
from takedown.reported import deposit
from takedown.statistics.estimate import adjust_families

log = start_log(snakemake.log[0])
given, params, out = snakemake.input, snakemake.params, snakemake.output


def rows_of(path):
    with Path(path).open(newline="", encoding="utf-8") as file:
        return [{name: number_of(text) for name, text in row.items()} for row in csv.DictReader(file)]


def number_of(text):
    # As text, a negative number would be written like a formula.
    return float(text) if re.fullmatch(r"-[0-9.]+(e-?[0-9]+)?", text) else text


def write(name, rows):
    write_csv(out[name], list(rows[0]) if rows else [], (row.values() for row in rows))


campaign = params.campaign
measures = adjust_families(measure for path in given.measures for measure in read_measures(path))
kept = deposit.deposited_measures(measures, campaign, series_is_operation=params.series_is_operation)
write_measures(kept, out.measures)

[own] = [row for row in rows_of(given.atlas) if row["campaign"] == campaign]
months = [row for row in rows_of(given.atlas_months) if row["campaign"] == campaign]
atlas, atlas_months = deposit.deposited_atlas(own, months)
write("atlas", [atlas])
write("atlas_months", atlas_months)

write("creation_days", deposit.deposited_calendar(rows_of(given.calendar)))
write("life_survival", deposit.deposited_rows(deposit.thin_curve(rows_of(given.survival)), campaign))
posting = [row.n for row in measures if (row.measure, row.subject) == ("posting.burstiness", "operation")]
percentiles = deposit.thin_percentiles(rows_of(given.rhythm), next(iter(posting), 0) or 0)
write("posting_rhythm", deposit.deposited_rows(percentiles, campaign))
for name in ("offset_profile", "windows", "shifts"):
    write(name, deposit.deposited_rows(rows_of(given[name]), campaign))
write("reproduced", deposit.deposited_reproductions(rows_of(given.reproduced), campaign))

connection = open_records(given.records, utc_offset_hours=params.utc_offset_hours)
write("posting_hours", deposit.count_hours(connection, params.archives))
write("values", deposit.count_values(connection, params.archives))
write("inputs", deposit.describe_inputs(params.files, params.version))
log.info("%d measures of %s", len(kept), campaign)
