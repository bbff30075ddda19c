"""Draw the hour profile of each population's own posts; the figure marks simulated posts."""

from takedown.core.database import open_database
from takedown.core.log import start_log
from takedown.figures.style import save_figure
from takedown.posting.plot_hours import plot_posting_demonstration
from takedown.posting.rows import ask_hours

log = start_log(snakemake.log[0])
params = snakemake.params
matrices, provenance = {}, {}
with open_database(snakemake.input.database) as connection:
    for subject, archives in params.subjects.items():
        found = ask_hours(connection, "posting_hours", params.weekend, archives=list(archives), languages=[])
        matrices[subject] = found and found[0]
        if found:
            provenance[subject] = found[1]
            log.info("drew %d posts of %s", found[0].posts.sum(), subject)
figure = plot_posting_demonstration(
    matrices, office_hours=params.office_hours, clock_name=f"UTC{params.utc_offset_hours:+g}"
)
save_figure(figure, snakemake.output, provenance, params.names)
