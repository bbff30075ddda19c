"""Indicators of the platform's rules that the accounts are said to have broken; an indicator does not prove a breach.

Spam: posts that repeat an earlier text of their account. Coordinated activity: accounts that post or repost the same within
a minute of another. Archives hold nothing that would show fake accounts, attributed activity or evasion of bans.
"""

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from takedown.content.measures import Share, share_measures
from takedown.content.shares import ACCOUNTS, read_cells
from takedown.core.measures import Measure
from takedown.statistics.estimate import RowBuilder

_row = RowBuilder("violation", "measure_violations", "violations")
#: Indicators by the query that counts them.
INDICATORS = {
    "violation_repeats": Share(
        "repeat",
        "posts (no reposts) that repeat an earlier text of their account word for word, links removed",
        "all posts (no reposts) with words",
    ),
    "violation_company": Share(
        "company",
        "accounts that ever posted the same text, or reposted the same post, within 60 s of another account of the population "
        "(Schoch et al. 2022; the share grows with the number of accounts and posts)",
        "accounts with posts",
        of=ACCOUNTS,
    ),
}


def violation_measures(
    connection: duckdb.DuckDBPyConnection, subjects: Mapping[str, Sequence[str]]
) -> Iterator[Measure]:
    """Return both indicators, by `share_measures`; `subjects` maps the populations to their archives.

    `connection` is one of `takedown.core.database.open_records`.
    """
    for query, share in INDICATORS.items():
        cells = {name: read_cells(connection, query, archives=[*of]) for name, of in subjects.items()}
        yield from share_measures(_row, share, {name: found for name, found in cells.items() if found})
