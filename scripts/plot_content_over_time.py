"""Draw the share of posts on each topic by week."""

import duckdb
import numpy as np

from takedown.content.plot_over_time import Weeks, plot_content_over_time
from takedown.content.terms import STATE_MEDIA, load_titles
from takedown.core.database import read_sql
from takedown.core.log import start_log
from takedown.figures.style import save_figure, weakest_by_subject
from takedown.posting.calendar_days import protest_days_of

log = start_log(snakemake.log[0])
titles = load_titles(snakemake.input.terms) | {STATE_MEDIA: "listed outlets"}
topics_shown = list(snakemake.params.topic_lists)
rows = duckdb.execute(
    read_sql("content/content_weeks.sql"), {"table": str(snakemake.input.table), "topics": topics_shown}
).fetchnumpy()
topics, subjects = rows["topic"].astype(str), rows["subject"].astype(str)
curves = {}
for topic, subject in dict.fromkeys(zip(topics.tolist(), subjects.tolist(), strict=True)):
    chosen = (topics == topic) & (subjects == subject)
    numbers = [np.ma.filled(rows[name][chosen].astype(float), np.nan) for name in ("share", "low", "high")]
    curves[topic, subject] = Weeks(rows["week"][chosen].astype("datetime64[D]"), *numbers)
figure = plot_content_over_time(
    curves,
    titles={name: f"Posts on {titles[name]}" for name in topics_shown},
    protest_days=protest_days_of(snakemake.params.special_days, snakemake.input.protest_days),
)
provenances = {
    subject: rows["provenance"][subjects == subject].tolist() for subject in dict.fromkeys(subjects.tolist())
}
save_figure(figure, snakemake.output, weakest_by_subject(provenances), snakemake.params.names)
log.info("%d curves", len(curves))
