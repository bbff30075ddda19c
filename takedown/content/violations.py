"""Indicators of the platform's rules that the accounts are said to have broken; an indicator does not prove a breach.

Spam: posts that repeat an earlier text of their account. Coordinated activity: accounts that post or repost the same within
a minute of another. Archives hold nothing that would show fake accounts, attributed activity or evasion of bans.
"""

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from takedown.content.measures import Indicator, indicator_measures
from takedown.content.shares import ACCOUNTS, read_cells
from takedown.core.measures import Measure
from takedown.statistics.clustered_shares import BLOCKS
from takedown.statistics.estimate import RowBuilder

_row = RowBuilder("violation", "measure_violations", "violations")
_BY_CELL = (
    f"95 % interval{{}}: variance with account and {BLOCKS} both as clusters, Student's t on the effective "
    "number of clusters less 1"
)
_BY_BATCH = (
    "95 % interval{}: accounts made on one day are a cluster, Student's t on the effective number of days less 1; it takes "
    "the batches for independent, which joint posting of several batches contradicts, so no test"
)
_REPEATS = "own posts (no reposts) that repeat a text of the same account word by word, links left out, share of own posts with words"
_COMPANY = (
    "accounts that ever posted the same text, or reposted the same post, within 60 s of another account of the population "
    "(Schoch et al. 2022), share of accounts with posts; more accounts and posts give more chances"
)
_CLUSTERS = "n = the smaller number of clusters"

#: Indicators by the query that counts them.
INDICATORS = {
    "violation_repeats": Indicator(
        "repeat",
        "posts",
        f"{_REPEATS}; {_BY_CELL.format(' of the log odds')}; {_CLUSTERS}",
        f"{_REPEATS}: on the days of both, operation less control; {_BY_CELL.format('')}; two-sided test by the same; {_CLUSTERS}",
    ),
    "violation_company": Indicator(
        "company",
        ACCOUNTS,
        f"{_COMPANY}; {_BY_BATCH.format(' of the log odds')}; n = creation days",
        f"{_COMPANY}: operation less control; {_BY_BATCH.format('')}; {_CLUSTERS}",
    ),
}


def violation_measures(
    connection: duckdb.DuckDBPyConnection, subjects: Mapping[str, Sequence[str]]
) -> Iterator[Measure]:
    """Return both indicators, by `indicator_measures`; `subjects` maps the populations to their archives.

    `connection` is one of `takedown.core.database.open_records`.
    """
    for query, indicator in INDICATORS.items():
        cells = {name: read_cells(connection, query, archives=[*of]) for name, of in subjects.items()}
        yield from indicator_measures(
            _row, indicator, {name: found for name, found in cells.items() if found}
        )
