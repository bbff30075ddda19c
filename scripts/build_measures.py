"""Join all measures in one table, and correct the p-values of each family of tests."""

from takedown.coordination.catalogue import trace_names
from takedown.core.log import start_log
from takedown.core.measure_catalogue import check_listed, load_catalogue
from takedown.core.measures import publish_measures, read_measures
from takedown.statistics.estimate import adjust_families

log = start_log(snakemake.log[0])
measures = [measure for path in snakemake.input.measures for measure in read_measures(path)]
check_listed(measures, load_catalogue(snakemake.input.catalogue, trace_names()))
publish_measures(adjust_families(measures), snakemake.output.measures, snakemake.output.parameters)
log.info("%d measures", len(measures))
