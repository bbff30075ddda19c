"""Measure how the accounts lived: first posts, dormancies, the turn to the topic and changes of owner."""

import numpy as np

from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.core.tables import write_csv
from takedown.life.measures import (
    Population,
    life_measures,
    ownership_measures,
    ownership_table,
    survival_table,
)
from takedown.life.records import LifeChoices, find_lives, find_ownership, read_ownership_phrases

log = start_log(snakemake.log[0])
params = snakemake.params
choices = LifeChoices(**params.life)
until = np.datetime64(str(params.until), "D")
phrases = read_ownership_phrases(snakemake.input.ownership)
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
wholes, compared, measures, survival, ownership = {}, {}, [], [], []
for subject, archives in params.subjects.items():
    lives = find_lives(connection, archives, choices, until=until)
    if lives is None:
        log.info("no post of %s is known, so nothing is measured", subject)
        continue
    wholes[subject] = Population(subject, lives, choices, params.seed, params.repetitions)
# Populations are compared on the days of both: earlier and later posts of either do not count.
since = max((whole.lives.first_day for whole in wholes.values()), default=until)
to = min((whole.lives.last_day for whole in wholes.values()), default=until)
for subject, whole in wholes.items():
    compared[subject] = whole
    if whole.lives.first_day < since or whole.lives.last_day > to:
        lives = find_lives(connection, params.subjects[subject], choices, since=since, until=to)
        if lives is None:
            log.info("no post of %s from %s to %s, so nothing is compared", subject, since, to)
            compared = {}
            break
        compared[subject] = Population(subject, lives, choices, params.seed, params.repetitions)
for subject, whole in wholes.items():
    owned = find_ownership(connection, params.subjects[subject], phrases, until=until)
    measures += [*life_measures(whole, compared), *ownership_measures(whole, owned)]
    ownership += ownership_table(subject, owned, whole.lives.provenance)
    # If both begin on one day, only the curves of the compared one are in the table.
    shown = {str(one.lives.first_day): one for one in (whole, compared.get(subject, whole))}
    for one in shown.values():
        survival += survival_table(one)
write_measures(measures, snakemake.output.measures)
header = ("curve", "subject", "since", "day", "at_risk", "survival", "low", "high", "provenance")
write_csv(snakemake.output.survival, header, survival)
write_csv(snakemake.output.ownership, ("subject", "month", "posts", "accounts", "provenance"), ownership)
log.info("%d measures of the lives of accounts", len(measures))
