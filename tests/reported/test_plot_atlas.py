"""The figure of the atlas: legible, in order, each campaign once, intervals only where there are some."""

import csv

import numpy as np
import pytest

from takedown.core.tables import write_csv
from takedown.figures import style as look
from takedown.reported import atlas
from takedown.reported.campaign_counts import MONTH_COLUMNS, add_counts, counts_of_reports, month_rows
from takedown.reported.numbers import read_numbers
from takedown.reported.plot_atlas import (
    MEASURED,
    Campaign,
    Removals,
    campaigns_of,
    plot_atlas,
    provenance_of,
    removals_of,
)
from takedown.statistics.estimate import Estimate
from tests.drawn_figures import box, drawn_texts, marked, overlaps
from tests.reported.reported_study import registry

OWN = ["china_082019_1", "china_082019_2"]
SOME = {
    "burst_account_share": Estimate(0.37),
    "coincidence_ratio": Estimate(24.8, 6.7, 91.9),
    "days_to_first_post": Estimate(824, 21, None),
    "dormant_share": Estimate(0.99, 0.98, 1),
    "office_hours_share": Estimate(0.73, 0.64, 0.8),
    "repost_share": Estimate(0.52),
    "co_posting_share": Estimate(0.36),
}


def published(tmp_path, measured: dict) -> tuple[list[dict], list[dict]]:
    """Write the tables of the atlas as a study does, with a row of its own, and read them back."""
    countries, entries = atlas.read_countries(), registry()
    reports = counts_of_reports(read_numbers(entries))
    campaign, name = atlas.campaign_of(OWN, entries)
    counts = add_counts([reports[archive] for archive in OWN])
    own = atlas.atlas_row(
        campaign, entries[OWN[0]], countries["People's Republic of China"], counts, "reported", measured,
        ["aggregate"], name=name,
    )  # fmt: skip
    rows = [
        *atlas.announced_rows(entries, countries),
        *atlas.release_rows(reports, entries, countries),
        *atlas.removal_rows(),
    ]
    atlas.write_atlas(atlas.join_rows(rows, [own]), tmp_path / "atlas.csv")
    months = [row for archive, found in reports.items() for row in month_rows(archive, found, "reported")]
    write_csv(tmp_path / "months.csv", MONTH_COLUMNS, [*months, *month_rows(campaign, counts, "reported")])
    tables = []
    for file in ("atlas.csv", "months.csv"):
        with (tmp_path / file).open(newline="", encoding="utf-8") as table:
            tables.append(list(csv.DictReader(table)))
    return tables[0], tables[1]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return published(tmp_path_factory.mktemp("atlas"), SOME)


@pytest.fixture(scope="module")
def atlas_figure(tables):
    """Return the figure of all campaigns, which no test may change."""
    return drawn(tables)


def drawn(tables):
    rows, months = tables
    return plot_atlas(campaigns_of(rows, months, "+".join(OWN)), removals_of(rows))


def test_campaigns_with_posts_by_month_are_shown_once(tables):
    campaigns = campaigns_of(*tables, "+".join(OWN))
    # 28 releases, two of them together, which are the study's own.
    assert len(campaigns) == 27
    assert [one.name for one in campaigns if one.is_own] == [
        "People's Republic of China, August 2019, set 1 and 2"
    ]
    assert {name for one in campaigns for name in one.measured} == set(MEASURED)


def test_the_figure_says_what_others_counted_and_what_was_measured_of_whom(tables):
    rows, months = tables
    own = "People's Republic of China, August 2019, set 1 and 2"
    campaigns = campaigns_of(rows, months, "+".join(OWN))
    expected = {"counts of campaigns": "reported", f"what was measured of {own}": "aggregate"}
    assert provenance_of(rows, campaigns) == expected
    with_records = [row | {"counts_from": "release"} if row["name"] == own else row for row in rows]
    assert provenance_of(with_records, campaigns) == expected | {f"counts of {own}": "release"}


def test_every_text_is_large_enough_inside_the_figure_and_free_of_others(tables):
    figure = marked(drawn(tables), provenance_of(tables[0], campaigns_of(*tables, "+".join(OWN))))
    texts, frame = drawn_texts(figure), figure.bbox
    assert min(text.get_fontsize() for text in texts) >= look.SMALLEST
    outside = [text.get_text() for text in texts if box(text).x0 < frame.x0 or box(text).x1 > frame.x1]
    assert outside == []
    assert overlaps(figure) == []


def test_the_figure_has_the_width_of_two_columns_and_fits_a_page(atlas_figure):
    width, height = look.size_mm(atlas_figure)
    assert width == pytest.approx(look.DOUBLE_WIDTH) and height < 180


def test_those_who_wrote_in_their_own_language_come_first(atlas_figure):
    axes = atlas_figure.axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[0] == "Spain, September 2019" and names[-2] == "Russia, June 2019"
    assert names[-1] == "65 removals by Facebook"


def test_months_are_shaded_by_the_posts_of_each_campaign(atlas_figure):
    [image] = atlas_figure.axes[0].images
    shares = np.ma.filled(image.get_array().astype(float), np.nan)
    assert shares.shape[0] == 27 and np.nanmax(shares, axis=1) == pytest.approx(np.ones(27))
    # Spain's accounts posted in three months of 2019, most in March.
    assert np.flatnonzero(~np.isnan(shares[0])).tolist() == [133, 134, 135]
    assert np.nanargmax(shares[0]) == 134


def test_an_interval_is_drawn_where_there_is_one_and_an_open_one_runs_to_the_edge(atlas_figure):
    panels = atlas_figure.axes[4:]
    lines = [[line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2] for axes in panels]
    assert [len(found) for found in lines] == [0, 1, 1, 1, 1, 0, 0]
    assert list(lines[1][0]) == [6.7, 91.9]
    assert list(lines[2][0]) == [21, panels[2].get_xlim()[1]]


def test_without_anything_measured_there_are_no_lower_panels(tmp_path):
    figure = drawn(published(tmp_path, {}))
    assert len(figure.axes) == 4
    assert overlaps(marked(figure, {"operation": "aggregate"})) == []


def test_a_campaign_without_a_language_comes_last_and_no_removal_gives_no_row():
    month = np.array(["2019-05-01"], "datetime64[D]")
    day = np.datetime64("2019-08-19")
    made = [
        Campaign(name, day, None, 7, share, None, month, np.array([7]), {})
        for name, share in (("a", None), ("b", 0.0))
    ]
    figure = plot_atlas(made, Removals(np.empty(0, "datetime64[D]"), np.empty(0, np.int64)))
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["b", "a"]
