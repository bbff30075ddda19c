"""The table of `snakemake benchmark`: how well each trace and method ranks the labelled accounts of two populations."""

import itertools
import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from takedown.benchmark.metrics import evaluate, rank
from takedown.benchmark.rankings import Scores, exchange_partners, open_trace, score_accounts
from takedown.coordination.catalogue import trace_names
from takedown.coordination.edges import Exchange
from takedown.core.config_file import LOADER
from takedown.core.database import open_duckdb
from takedown.statistics.estimate import generator

COLUMNS = (
    *("data", "trace", "method", "window_seconds", "metric", "estimate", "low", "high"),
    *("accounts", "labelled", "provenance", "source"),
)

log = logging.getLogger("takedown")


def benchmark_rows(
    events: Mapping[str, Sequence[str]],
    output: str | Path,
    exchange: Exchange,
    *,
    provenance: str,
    windows: Sequence[int],
    places: Sequence[int],
    cap: int,
    seed: int,
    scratch: str | Path,
    memory_mb: int,
    threads: int,
) -> Iterator[tuple]:
    """Yield the rows of COLUMNS, one a trace, method, window and metric, for the files of events of two populations.

    `events` has the files of `operation`, the labelled population, and of `control`. A trace with accounts of one label
    only is left out with a line in the log. `exchange` has the edges of both populations taken together. `windows` in seconds and `cap` are as in `takedown.pairs.find_pairs`, `places`
    the k of the precision at k; `output` names the working folder in `scratch`.
    """
    with open_duckdb(
        output, "the events of both populations", scratch, memory_mb, threads, "coordination.memory_mb"
    ) as (
        connection,
        _,
    ):
        for trace in trace_names():
            accounts = open_trace(connection, trace, events["operation"], events["control"])
            labelled, number = int(accounts.label.sum()), len(accounts.label)
            if labelled in (0, number):
                log.info("%s has accounts of one label only (%d of %d), so no score", trace, labelled, number)
                continue
            found = score_accounts(connection, accounts, windows, cap)
            if trace in exchange.pairs:
                partners = exchange_partners(accounts, exchange.accounts, exchange.ends(trace))
                found = itertools.chain(found, [Scores("exchange", None, partners)])
            for scores in found:
                draws = generator(seed, f"benchmark.{scores.method} {scores.window_seconds}", trace)
                for metric, ends in evaluate(rank(scores.score, accounts.label), places, draws).items():
                    yield (
                        *("this study", trace, scores.method, scores.window_seconds, metric),
                        *(None if math.isnan(end) else end for end in ends),
                        *(number, labelled, provenance, ""),
                    )


def literature_rows(path: str | Path) -> list[tuple]:
    """Return the scores that others print (workflow/resources/benchmarks.yaml) as rows of COLUMNS."""
    entries = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=LOADER)
    return [tuple({"provenance": "reported", **entry}.get(column) for column in COLUMNS) for entry in entries]
