"""Write the tables that may be published as Parquet, and describe them for catalogues of data."""

from pathlib import Path

import yaml

from takedown.audit.open_data import croissant, data_package, describe_schema, write_json, write_parquet
from takedown.core.database import OPEN_TABLES, open_database
from takedown.core.log import start_log

log = start_log(snakemake.log[0])
files = {Path(path).stem: Path(path) for path in snakemake.output.tables}
with open_database(snakemake.input.database, memory_mb=snakemake.params.memory_mb) as connection:
    for table, path in files.items():
        write_parquet(connection, table, path)
citation = yaml.safe_load(Path(snakemake.input.citation).read_text(encoding="utf-8"))
described = (describe_schema(OPEN_TABLES), files, citation)
write_json(snakemake.output.package, data_package(*described))
write_json(snakemake.output.croissant, croissant(*described))
log.info("%d tables", len(files))
