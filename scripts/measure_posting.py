"""Measure at which hours and on which days of the week the accounts posted."""

from takedown.database import open_records, read_sql
from takedown.log import start_log
from takedown.measures import weakest_provenance, write_measures
from takedown.posting import hour_matrix, office_profile
from takedown.posting_measures import offset_table, posting_measures
from takedown.tables import write_csv

#: Languages that the series is measured in besides all of them together.
LANGUAGES = ("zh", "en")

log = start_log(snakemake.log[0])
params = snakemake.params
office_hours = tuple(params.office_hours)
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
questions = {subject: (list(archives), []) for subject, archives in params.subjects.items()}
questions |= {language: ([params.posting_series], [language]) for language in LANGUAGES}
questions["all"] = ([params.posting_series], [])
measures, table = [], []
for subject, (archives, languages) in questions.items():
    rows = connection.execute(
        read_sql("measures/posting_hours.sql"), {"archives": archives, "languages": languages}
    ).fetchnumpy()
    if not len(rows["posts"]):
        log.info("no post of %s is known: nothing is measured", subject)
        continue
    provenance = weakest_provenance(rows["provenance"].tolist())
    matrix = hour_matrix(rows["posted_on"], rows["hour"], rows["posts"])
    profile = office_profile(matrix, office_hours, params.utc_offset_hours)
    measures += posting_measures(
        subject,
        matrix,
        profile,
        office_hours=office_hours,
        utc_offset_hours=params.utc_offset_hours,
        provenance=provenance,
        seed=params.seed,
        repetitions=params.repetitions,
    )
    table += offset_table(subject, profile, provenance)
write_measures(measures, snakemake.output.measures)
write_csv(
    snakemake.output.table,
    ("subject", "utc_offset_hours", "office_share", "compatible", "provenance"),
    table,
)
log.info("%d measures of posting", len(measures))
