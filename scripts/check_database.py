"""Run the checks on the database; stop with one sentence for each check that returns a row."""

from takedown.core.database import open_database, run_checks
from takedown.core.errors import InputError
from takedown.core.log import start_log
from takedown.core.tables import write_csv
from takedown.core.working_folder import working_folder

log = start_log(snakemake.log[0])
memory_mb = snakemake.params.memory_mb
with (
    working_folder(snakemake.output.checks) as folder,
    open_database(snakemake.input.database, memory_mb=memory_mb, overflow=folder) as connection,
):
    checks = run_checks(connection)
failed = [
    f"Check {name} found {rows} row(s), the first {first}; see workflow/sql/checks/{name}.sql for the rule it checks."
    for name, rows, first in checks
    if rows
]
if failed:
    raise InputError("\n".join(failed))
write_csv(snakemake.output.checks, ("check", "rows_found"), [(name, rows) for name, rows, _ in checks])
log.info("%d checks passed", len(checks))
