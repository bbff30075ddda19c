"""Measure how the accounts lived: first posts, dormancies, their turn to the topic and who sold them."""

import numpy as np

from takedown.database import open_records
from takedown.life_measures import (
    Sample,
    life_measures,
    ownership_measures,
    ownership_table,
    survival_table,
)
from takedown.life_records import (
    LifeChoices,
    find_lives,
    find_ownership,
    last_common_day,
    read_ownership_phrases,
)
from takedown.log import start_log
from takedown.measures import write_measures
from takedown.tables import write_csv

log = start_log(snakemake.log[0])
params = snakemake.params
choices = LifeChoices(**params.life)
phrases = read_ownership_phrases(snakemake.input.ownership)
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
until = last_common_day(connection, params.subjects.values(), np.datetime64(str(params.until), "D"))
wholes, compared, measures, survival, ownership = {}, {}, [], [], []
for subject, archives in params.subjects.items():
    lives = find_lives(connection, archives, choices, until=until)
    if lives is None:
        log.info("no post of %s is known: nothing is measured", subject)
        continue
    wholes[subject] = Sample(subject, lives, choices, params.seed, params.repetitions)
# What is compared is seen from one day on: earlier posts of either population do not count.
since = max((sample.lives.first_day for sample in wholes.values()), default=until)
for subject, sample in wholes.items():
    compared[subject] = sample
    if sample.lives.first_day < since:
        lives = find_lives(connection, params.subjects[subject], choices, since=since, until=until)
        compared[subject] = Sample(subject, lives, choices, params.seed, params.repetitions)
for subject, sample in wholes.items():
    owned = find_ownership(connection, params.subjects[subject], phrases, until=until)
    measures += [*life_measures(sample, compared), *ownership_measures(sample, owned)]
    ownership += ownership_table(subject, owned, sample.lives.provenance)
    for shown in dict.fromkeys([sample, compared[subject]]):
        survival += survival_table(shown)
write_measures(measures, snakemake.output.measures)
header = ("curve", "subject", "since", "day", "at_risk", "survival", "low", "high", "provenance")
write_csv(snakemake.output.survival, header, survival)
write_csv(snakemake.output.ownership, ("subject", "month", "posts", "accounts", "provenance"), ownership)
log.info("%d measures of the life of accounts", len(measures))
