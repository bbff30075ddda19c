"""Write the published nodes and edges of the coordination network as GraphML and GEXF."""

import duckdb

from takedown.coordination.export import write_gexf, write_graphml
from takedown.core.database import read_sql
from takedown.core.log import start_log

log = start_log(snakemake.log[0])
nodes, edges = (
    duckdb.execute(
        read_sql(f"coordination/coordination_{name}.sql"), {"table": str(snakemake.input[name])}
    ).fetchnumpy()
    for name in ("nodes", "edges")
)
write_graphml(nodes, edges, snakemake.output.graphml)
write_gexf(nodes, edges, snakemake.output.gexf)
log.info("%d nodes, %d edges", len(nodes["account"]), len(edges["days"]))
