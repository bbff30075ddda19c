"""Where the campaigns of a study stand among all campaigns of the atlas, and what is usual, as measures."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from typing import Any

import numpy as np
from scipy.special import stdtrit

from takedown.core.measures import Measure, weakest_provenance
from takedown.reported.numbers import UNION
from takedown.statistics.estimate import Estimate, RowBuilder

#: Subject of what is said of all campaigns together.
CAMPAIGNS = "campaigns"
#: Columns by which campaigns are ranked, with unit and words.
RANKED = {
    "accounts": ("accounts", "accounts"),
    "posts": ("posts", "posts"),
    "active_months": ("months", "months with a post until the disclosure"),
    "months_to_disclosure": ("months", "months from the first post to the disclosure"),
    "fullest_month_share": ("share", "share of the posts in the month with most posts"),
    "effective_months": ("months", "effective number of months, (Σx)²/Σx² of the posts by month until the disclosure"),
    "own_language_share": (
        "share",
        "share of the posts with a known language that are in a language of the attributed country",
    ),
    "language_share": ("share", "share of the posts with a known language that are in the commonest one"),
    "client_share": ("share", "share of the posts sent by the commonest client"),
}  # fmt: skip
#: Columns that are counted from posts alone, with words.
COUNTED = {
    "repost_share": "share of reposts among the posts",
    "co_posting_share": "share of the accounts with a post that posted a text, or reposted a post, within 60 s of another account "
    "(co-tweet or co-retweet, Schoch et al. 2022); a crowd has it too",
}
#: Campaigns with more posts than this are in the mean of Schoch et al. (2022).
SCHOCH_POSTS = 50_000

#: What n counts in a median or a rank.
KNOWN = "campaigns of which it is known"

BUILD = RowBuilder("atlas", "measure_atlas")


def atlas_measures(
    rows: Iterable[Mapping[str, Any]],
    subjects: Mapping[str, str],
    after_bursts: Mapping[str, Estimate | None] | None = None,
) -> list[Measure]:
    """Return the medians over all campaigns, and value and rank of each campaign of `subjects` (campaign → subject).

    `rows` are those of the atlas by `takedown.reported.atlas.COLUMNS`, with None or "" where nothing is known. Removals by Facebook are
    left out, and so are archives that are part of a campaign of several. Rank 1 is the largest value; campaigns with equal values
    share the smaller rank. Numbers that rest on reported counts have no interval. `after_bursts` are those of
    `takedown.reported.campaign_counts.posts_after_bursts`, by campaign.
    """
    campaigns = _campaigns_of(rows)
    measures = []
    if by_month := [row for row in campaigns if _known(row, "effective_months")]:
        words = "releases of which posts by month are known; sets of one release that a study takes together count once"
        measures.append(
            BUILD("campaigns", CAMPAIGNS, Estimate(len(by_month)), "campaigns", words, _weakest(by_month))
        )
    for column, (unit, words) in RANKED.items():
        known = [row for row in campaigns if _known(row, column)]
        if not known:
            continue
        values = [float(row[column]) for row in known]
        low, high = np.quantile(values, [0.25, 0.75])
        quartiles = {"lower_quartile": (float(low), unit), "upper_quartile": (float(high), unit)}
        measures.append(
            BUILD(
                column,
                CAMPAIGNS,
                Estimate(median(values), n=len(known)),
                unit,
                f"{words}: median over campaigns",
                _weakest(known),
                n_unit=KNOWN,
                parameters=quartiles,
            )
        )
        for row in (row for row in known if row["campaign"] in subjects):
            subject, value = subjects[row["campaign"]], float(row[column])
            rank = 1 + sum(other > value for other in values)
            measures += [
                BUILD(column, subject, Estimate(_whole(value)), unit, words, row["counts_from"]),
                BUILD(
                    f"{column}_rank",
                    subject,
                    Estimate(rank, n=len(known)),
                    "rank",
                    f"{words}: rank among campaigns, 1 the largest",
                    _weakest(known),
                    n_unit=KNOWN,
                ),
            ]
    for row in campaigns:
        after = (after_bursts or {}).get(row["campaign"])
        if after is not None and row["campaign"] in subjects:
            provenance = weakest_provenance([row["counts_from"], row["measures_from"]])
            measures.append(
                BUILD(
                    "posts_after_bursts_share",
                    subjects[row["campaign"]],
                    after,
                    "share",
                    "share of the posts in months after that in which half of the accounts of burst days were created; a count without "
                    "an interval",
                    provenance,
                    n_unit="accounts of burst days",
                )
            )
    return measures + _counted(campaigns, subjects)


def _counted(campaigns: Sequence[Mapping[str, Any]], subjects: Mapping[str, str]) -> list[Measure]:
    measures = []
    known_of = {column: [row for row in campaigns if _known(row, column)] for column in COUNTED}
    for column, words in COUNTED.items():
        for row in (row for row in known_of[column] if row["campaign"] in subjects):
            low, high = (
                float(row[f"{column}_{end}"]) if _known(row, f"{column}_{end}") else None
                for end in ("low", "high")
            )
            estimate = Estimate(float(row[column]), low, high)
            measures.append(
                BUILD(column, subjects[row["campaign"]], estimate, "share", words, row["counts_from"])
            )
    if many := [row for row in known_of["co_posting_share"] if float(row["posts"]) > SCHOCH_POSTS]:
        words = (
            f"mean over the campaigns with more than {SCHOCH_POSTS:,} posts whose posts were read: {COUNTED['co_posting_share']}; "
            "95 % interval: Student's t with the campaign as unit"
        )
        mean = _mean([float(row["co_posting_share"]) for row in many])
        measures.append(
            BUILD("co_posting_share", CAMPAIGNS, mean, "share", words, _weakest(many), n_unit="campaigns")
        )
    return measures


def _mean(values: Sequence[float]) -> Estimate:
    if len(values) < 2:
        return Estimate(values[0], n=1)
    half = float(stdtrit(len(values) - 1, 0.975) * np.std(values, ddof=1) / np.sqrt(len(values)))
    return Estimate(fmean(values), fmean(values) - half, fmean(values) + half, n=len(values))


def _campaigns_of(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    rows = [row for row in rows if row["platform"] != "facebook"]
    parts = {part for row in rows if UNION in row["campaign"] for part in row["campaign"].split(UNION)}
    return [row for row in rows if row["campaign"] not in parts]


def _known(row: Mapping[str, Any], column: str) -> bool:
    return row[column] not in (None, "")


def _whole(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def _weakest(rows: Iterable[Mapping[str, Any]]) -> str:
    return weakest_provenance(row["counts_from"] for row in rows)
