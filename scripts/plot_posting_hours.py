"""Draw every post of the posting series by local day and hour."""

from takedown.core.database import open_database, read_sql
from takedown.core.log import start_log
from takedown.figures.style import save_figure, weakest_by_subject
from takedown.posting.calendar_days import protest_days_of
from takedown.posting.plot_hours import plot_posting_hours

log = start_log(snakemake.log[0])
params = snakemake.params
with open_database(snakemake.input.database) as connection:
    rows = connection.execute(
        read_sql("posting/plotted_hours.sql"), {"archives": [params.posting_series]}
    ).fetchnumpy()
figure = plot_posting_hours(
    rows["posted_on"],
    rows["hour"],
    rows["posts"],
    rows["language"],
    office_hours=params.office_hours,
    clock_name=f"UTC{params.utc_offset_hours:+g}",
    protest_days=protest_days_of(params.special_days, snakemake.input.protest_days),
)
save_figure(figure, snakemake.output, weakest_by_subject({params.series_name: rows["provenance"]}))
log.info("%d posts of %s", rows["posts"].sum(), params.posting_series)
