"""Write the tables that may be published: counts only, no id, no name, no text."""

from takedown.core.database import digest_tables, open_database, read_sql
from takedown.core.log import start_log
from takedown.core.tables import write_csv, write_query
from takedown.core.working_folder import working_folder

start_log(snakemake.log[0])
settings = {"memory_mb": snakemake.params.memory_mb, "threads": snakemake.threads}
with (
    working_folder(snakemake.output.content) as folder,
    open_database(snakemake.input.database, overflow=folder, **settings) as connection,
):
    for name in ("archives", "row_account", "rejected_reasons"):
        write_query(snakemake.output[name], connection, read_sql(f"core/published_tables/{name}.sql"))
    write_csv(snakemake.output.content, ("table", "rows", "digest"), digest_tables(connection))
