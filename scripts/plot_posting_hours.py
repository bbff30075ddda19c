"""Draw every post of the posting series by local day and hour."""

from takedown.core.database import open_database
from takedown.core.log import start_log
from takedown.figures.style import save_figure
from takedown.posting.calendar_days import protest_days_of
from takedown.posting.plot_hours import LANGUAGE_NAMES, plot_posting_hours
from takedown.posting.rows import ask_hours

log = start_log(snakemake.log[0])
params = snakemake.params
series, provenance = {}, {}
with open_database(snakemake.input.database) as connection:
    for name, languages in {"all": [], **{name: [name] for name in LANGUAGE_NAMES}}.items():
        found = ask_hours(connection, "posting_hours", archives=[params.posting_series], languages=languages)
        if found:
            series[name], provenance[name] = found
figure = plot_posting_hours(
    series,
    office_hours=params.office_hours,
    clock_name=f"UTC{params.utc_offset_hours:+g}",
    protest_days=protest_days_of(params.special_days, snakemake.input.protest_days),
)
save_figure(figure, snakemake.output, {params.series_name: provenance["all"]} if provenance else {})
for name, matrix in series.items():
    log.info("drew %d posts of %s, languages: %s", matrix.posts.sum(), params.posting_series, name)
