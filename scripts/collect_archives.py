"""Write the archive table: the registry's entries with the provenance of the files found."""

from takedown.core.log import start_log
from takedown.core.records import write_archive_table

log = start_log(snakemake.log[0])
write_archive_table(snakemake.params.archives, snakemake.params.registry, snakemake.output.archive)
for archive_id, files in snakemake.params.archives.items():
    log.info("%s: %s, %d file(s)", archive_id, files["provenance"], len(files["users"] + files["tweets"]))
