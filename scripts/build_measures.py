"""Join all measures in one table, and correct the p-values of each family of tests."""

from takedown.core.log import start_log
from takedown.core.measures import publish_measures, read_measures
from takedown.statistics.estimate import adjust_families

log = start_log(snakemake.log[0])
measures = [measure for path in snakemake.input.measures for measure in read_measures(path)]
publish_measures(adjust_families(measures), snakemake.output.measures, snakemake.output.parameters)
log.info("%d measures", len(measures))
