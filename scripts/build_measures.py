"""Join all measures in one table, and correct the p-values of each family of tests."""

from takedown.coordination.catalogue import trace_names
from takedown.core.log import start_log
from takedown.core.measure_catalogue import check_listed, leave_out_simulated, load_catalogue
from takedown.core.measures import publish_measures, read_measures
from takedown.statistics.estimate import adjust_families

log = start_log(snakemake.log[0])
measures = [measure for path in snakemake.input.measures for measure in read_measures(path)]
# P-values of deposits are corrected already, with the tests of their own studies.
deposited = [measure for path in snakemake.input.deposited for measure in read_measures(path)]
catalogue = load_catalogue(snakemake.input.catalogue, trace_names(), snakemake.input.more_measures)
check_listed([*measures, *deposited], catalogue)
found = [*leave_out_simulated(adjust_families(measures), catalogue), *deposited]
archives = snakemake.params.archives | {campaign: [campaign] for campaign in catalogue.campaigns}
publish_measures(found, snakemake.output.measures, snakemake.output.parameters, archives)
log.info("%d measures, %d of them deposited", len(found), len(deposited))
