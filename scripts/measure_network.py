"""Measure the network of coordinated accounts: communities, overlap of traces, creation, centrality."""

from takedown.coordination import export
from takedown.coordination import graph_measures as graphs
from takedown.coordination.graph import read_network
from takedown.core.database import enough_memory, open_records
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.core.tables import write_csv
from takedown.core.working_folder import working_folder

log = start_log(snakemake.log[0])
params = snakemake.params
choices = graphs.NetworkChoices(**params.choices)
events = {subject: snakemake.input[subject] for subject in params.subjects}
settings = {
    "utc_offset_hours": params.utc_offset_hours,
    "memory_mb": max(enough_memory(of, params.memory_mb) for of in events.values()),
    "threads": snakemake.threads,
}
analysed = {}
with (
    working_folder(snakemake.output.measures, params.scratch_folder) as folder,
    open_records(snakemake.input.records, **settings, overflow=folder) as connection,
):
    for subject, edges in zip(params.subjects, snakemake.input.edges, strict=True):
        network = read_network(connection, subject, edges, events[subject], choices.window_seconds)
        if not len(network):
            log.info("%s has no post in the period, so no network", subject)
            continue
        analysed[subject] = graphs.analyse_network(connection, network, events[subject], choices)
        log.info(
            "%s: %d accounts with an edge, %d edges", subject, len(network.joined), len(network.edges["days"])
        )
measures = [row for one in analysed.values() for row in graphs.network_measures(one)]
write_measures(measures, snakemake.output.measures)
tables = {
    "communities": (graphs.COMMUNITY_COLUMNS, graphs.community_table),
    "multiplex": (graphs.MULTIPLEX_COLUMNS, graphs.multiplex_table),
    "activity": (graphs.ACTIVITY_COLUMNS, graphs.activity_table),
    "nodes": (export.NODE_COLUMNS, export.node_rows),
    "edges": (export.EDGE_COLUMNS, export.edge_rows),
}
for name, (header, rows_of) in tables.items():
    write_csv(snakemake.output[name], header, (row for one in analysed.values() for row in rows_of(one)))
