"""Draw the networks of coordinated accounts, the weeks of their communities and the overlap of traces."""

import duckdb
import numpy as np

from takedown.coordination.plot_network import Activity, DrawnNetwork, Overlap, plot_coordination_network
from takedown.core.database import read_sql
from takedown.core.log import start_log
from takedown.core.measures import read_measures
from takedown.figures.style import save_figure

log = start_log(snakemake.log[0])


def rows_of(name: str) -> dict[str, np.ndarray]:
    query = read_sql(f"coordination/coordination_{name}.sql")
    return duckdb.execute(query, {"table": str(snakemake.input[name])}).fetchnumpy()


def of_subject(rows: dict[str, np.ndarray], subject: str, *names: str) -> list[np.ndarray]:
    return [rows[name][rows["subject"] == subject] for name in names]


nodes, edges, multiplex, activity = (rows_of(name) for name in ("nodes", "edges", "multiplex", "activity"))
# A population without an edge has measures but no nodes.
measures = read_measures(snakemake.input.measures)
counted = [row for row in reversed(measures) if row.measure == "coordination.network_accounts"]
sensitivity = {
    row.subject: row.value for row in measures if row.measure == "coordination.network_cluster_sensitivity"
}
networks, weeks = {}, {}
for subject in np.unique(nodes["subject"].astype(str))[::-1].tolist():
    account, community = of_subject(nodes, subject, "account", "community")
    first, second, days = of_subject(edges, subject, "account_a", "account_b", "days")
    # Rows of both tables are sorted by digest.
    ends = (np.searchsorted(account.astype(str), end.astype(str)) for end in (first, second))
    networks[subject] = DrawnNetwork(community, *ends, days, sensitivity[subject])
    weeks[subject] = Activity(*of_subject(activity, subject, "community", "week", "posts"))
overlap = of_subject(multiplex, "operation", "trace_a", "trace_b", "edges_a", "jaccard")
figure = plot_coordination_network(
    networks,
    {row.subject: row.n for row in counted},
    weeks,
    Overlap(*overlap) if len(overlap[0]) else None,
)
save_figure(
    figure, snakemake.output, {row.subject: row.provenance for row in counted}, snakemake.params.names
)
log.info("%d accounts with an edge, %d edges", len(nodes["account"]), len(edges["days"]))
