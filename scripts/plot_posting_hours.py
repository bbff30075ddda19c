"""Draw every post of the posting series by local day and hour."""

from takedown.core.database import open_database
from takedown.core.languages import read_languages, shown_languages
from takedown.core.log import start_log
from takedown.figures.style import save_figure
from takedown.posting.calendar_days import protest_days_of
from takedown.posting.plot_hours import plot_posting_hours
from takedown.posting.rows import REST, ask_hours, other_posts

log = start_log(snakemake.log[0])
params = snakemake.params
known = read_languages(snakemake.input.languages)
series, provenance = {}, {}
with open_database(snakemake.input.database) as connection:
    codes = shown_languages(connection, [params.posting_series], params.languages)
    for name, languages in {"all": [], **{name: [name] for name in codes}}.items():
        filters = {"archives": [params.posting_series], "languages": languages}
        if found := ask_hours(connection, "posting_hours", params.weekend, **filters):
            series[name], provenance[name] = found
names = {code: known[code].name if code in known else code for code in codes}
# Languages that the configuration names are those that matter; otherwise the figure shows all posts.
if params.languages == "commonest" and series and (rest := other_posts(series)):
    series[REST], names[REST] = rest, "other or unknown"
figure = plot_posting_hours(
    series,
    languages=names,
    whose=f"posts of the archive {params.archive}",
    office_hours=params.office_hours,
    clock_name=f"UTC{params.utc_offset_hours:+g}",
    protest_days=protest_days_of(params.special_days, snakemake.input.protest_days),
    note=params.note,
)
save_figure(figure, snakemake.output, {params.series_name: provenance["all"]} if provenance else {})
for name, matrix in series.items():
    log.info("drew %d posts of %s, languages: %s", matrix.posts.sum(), params.posting_series, name)
