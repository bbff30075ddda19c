"""Indicators of the platform's rules that the accounts are said to have broken; an indicator is no breach.

Spam: posts that repeat the account's own earlier text. Coordinated activity: accounts that post or repost the same within
a minute of another. Fake accounts, attributed activity and ban evasion rest on what no archive holds.
"""

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import numpy as np

from takedown.content.shares import Cells, batch_cells, common_days, difference
from takedown.core.database import read_sql
from takedown.core.measures import Measure, weakest_provenance
from takedown.statistics.clustered_shares import BLOCKS
from takedown.statistics.estimate import RowBuilder

_row = RowBuilder("violation", "measure_violations", "violations")
BY_CELL = (
    f"95 % interval{{}}: variance with account and {BLOCKS} both as clusters, Student's t on the effective "
    "number of clusters less 1"
)
BY_BATCH = (
    "95 % interval{}: accounts made on one day are a cluster, Student's t on the effective number of days less 1; it takes "
    "the batches for independent, which joint posting of several batches contradicts, so no test"
)
REPEATS = "own posts (no reposts) that repeat a text of the same account word by word, links left out, share of own posts with words"
COMPANY = (
    "accounts that ever posted the same text, or reposted the same post, within 60 s of another account of the population "
    "(Schoch et al. 2022), share of accounts with posts; more accounts and posts give more chances"
)


def repeat_cells(connection: duckdb.DuckDBPyConnection, archives: list[str]) -> Cells | None:
    """Return own posts (`posts`) and repeats of the account's own texts (`hits`) by account and local day."""
    columns = _ask(connection, "violation_repeats", archives)
    if not columns:
        return None
    return Cells(
        np.asarray(columns["account"], np.int64),
        columns["posted_on"].astype("datetime64[D]").astype(np.int64),
        np.zeros(len(columns["hits"]), np.int64),
        {name: np.asarray(columns[name], np.int64) for name in ("posts", "hits")},
        weakest_provenance(columns["provenance"]),
    )


def company_cells(connection: duckdb.DuckDBPyConnection, archives: list[str]) -> Cells | None:
    """Return posting accounts (`posts`) and those in company (`hits`) by creation day, which is the only cluster."""
    columns = _ask(connection, "violation_company", archives)
    return batch_cells(columns) if columns else None


def violation_measures(
    connection: duckdb.DuckDBPyConnection, subjects: dict[str, list[str]]
) -> Iterator[Measure]:
    """Return both indicators for each population with posts, and the operation's less the control's.

    `connection` is one of `takedown.core.database.open_records`.
    """
    repeats = {name: repeat_cells(connection, archives) for name, archives in subjects.items()}
    yield from _rows("repeat_share", repeats, REPEATS, BY_CELL, None, "the smaller number of clusters")
    company = {name: company_cells(connection, archives) for name, archives in subjects.items()}
    yield from _rows("company_share", company, COMPANY, BY_BATCH, 1, "creation days")
    if repeats["operation"] and repeats["control"]:
        pair = common_days(repeats["operation"], repeats["control"])
        yield from _compared(
            "repeat_share", pair, f"{REPEATS}: on the days of both, operation", BY_CELL, None, True
        )
    if company["operation"] and company["control"]:
        pair = company["operation"], company["control"]
        yield from _compared("company_share", pair, f"{COMPANY}: operation", BY_BATCH, 1, False)


def _ask(
    connection: duckdb.DuckDBPyConnection, query: str, archives: list[str]
) -> dict[str, np.ndarray] | None:
    columns = connection.execute(read_sql(f"content/{query}.sql"), {"archives": archives}).fetchnumpy()
    return columns if len(columns["hits"]) else None


def _rows(
    name: str, found: dict[str, Cells | None], words: str, interval: str, block_days: int | None, n: str
) -> Iterator[Measure]:
    for subject, cells in found.items():
        if cells:
            method = f"{words}; {interval.format(' of the log odds')}; n = {n}"
            estimate = cells.share("hits", block_days=block_days)
            yield _row(name, subject, estimate, "share", method, cells.provenance)


def _compared(
    name: str, pair: tuple[Cells, Cells], words: str, interval: str, block_days: int | None, is_test: bool
) -> Iterator[Measure]:
    estimate = difference(*pair, "hits", block_days=block_days, paired=False)
    if estimate:
        test = "; two-sided test by the same" if is_test else ""
        row = _row(
            f"{name}_difference",
            "operation",
            estimate if is_test else replace(estimate, p_value=None),
            "difference of shares",
            f"{words} less control; {interval.format('')}{test}; n = the smaller number of clusters",
            weakest_provenance(cells.provenance for cells in pair),
        )
        # A difference that could not be tested, for want of clusters, is still of the family.
        yield replace(row, family=_row.family if is_test else "")
