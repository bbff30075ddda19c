"""Run the checks on the database; stop with one sentence for each that returns a row, unless it is a warning."""

from takedown.core.database import open_database, run_checks
from takedown.core.errors import InputError
from takedown.core.log import start_log
from takedown.core.paths import SQL_FOLDER
from takedown.core.tables import write_csv
from takedown.core.working_folder import working_folder

log = start_log(snakemake.log[0])
settings = {"memory_mb": snakemake.params.memory_mb, "threads": snakemake.threads}
with (
    working_folder(snakemake.output.checks) as folder,
    open_database(snakemake.input.database, overflow=folder, **settings) as connection,
):
    checks = run_checks(connection)
    warnings = run_checks(connection, SQL_FOLDER / "checks/warnings")
failed = [
    f"Check {name} found {rows} row(s), the first {first}; see workflow/sql/checks/{name}.sql for the rule it checks."
    for name, rows, first in checks
    if rows
]
if failed:
    raise InputError("\n".join(failed))
for name, rows, first in warnings:
    if rows:
        log.warning("%s found %d row(s), the first %s", name, rows, first)
found = sorted((name, rows) for name, rows, _ in checks + warnings)
write_csv(snakemake.output.checks, ("check", "rows_found"), found)
log.info("%d checks passed", len(checks))
