"""Draw the hour profile of each population's own posts, simulated by default: the figure says so."""

from takedown.core.database import open_database, read_sql
from takedown.core.log import start_log
from takedown.figures.style import save_figure, weakest_by_subject
from takedown.posting.plot_demonstration import PostHours, plot_posting_demonstration

log = start_log(snakemake.log[0])
params = snakemake.params
query = read_sql("posting/plotted_hours.sql")
with open_database(snakemake.input.database) as connection:
    rows = {
        subject: connection.execute(query, {"archives": list(archives)}).fetchnumpy()
        for subject, archives in params.subjects.items()
    }
figure = plot_posting_demonstration(
    {
        subject: PostHours(columns["posted_on"], columns["hour"], columns["posts"])
        for subject, columns in rows.items()
    },
    office_hours=params.office_hours,
    clock_name=f"UTC{params.utc_offset_hours:+g}",
)
save_figure(
    figure,
    snakemake.output,
    weakest_by_subject({subject: columns["provenance"] for subject, columns in rows.items()}),
    params.names,
)
for subject, columns in rows.items():
    log.info("%s: %d posts", subject, columns["posts"].sum())
