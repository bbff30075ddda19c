"""The traces, read from their query files, before any job runs; loaded with every start of Snakemake, so it loads no library."""

from typing import NamedTuple

from takedown.core.errors import InputError
from takedown.core.paths import SQL_FOLDER

TRACES_FOLDER = SQL_FOLDER / "coordination/traces"

#: Files that are written of the pair-days of traces: the pairs, and the parts of `takedown.coordination.pair_days.Trace`.
PIECES = ("pair", "counts", "cells", "histogram", "dealt", "drawn")

#: What a query file may state of its trace in lines such as "-- posts: reposts", and the value of a trace that states nothing.
STATEMENTS = {
    "posts": (("own", "reposts", "any"), "own"),
    "follows-within-seconds": (("no", "yes"), "no"),
    "prepared-by": (("nothing", "near_text"), "nothing"),
}


class Statements(NamedTuple):
    """What a query file states of its trace.

    `posts`: whether its events are posts of one's own, reposts, or any posts. `timed`: whether its events follow the post
    of another account within seconds, so that two of them are together whatever moved them, and neither windows nor
    shifted timelines tell anything. `prepared_by`: the function that makes a table which the query reads.
    """

    posts: str
    timed: bool
    prepared_by: str


def trace_names() -> list[str]:
    """Return the names of all traces: a query file that is put into the folder is one."""
    return sorted(path.stem for path in TRACES_FOLDER.glob("*.sql"))


def statements_of(trace: str) -> Statements:
    """Return what the query file of a trace states in its opening comment.

    Raises InputError for a value that is not one of `STATEMENTS`.
    """
    path = TRACES_FOLDER / f"{trace}.sql"
    found = {name: default for name, (_, default) in STATEMENTS.items()}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.startswith("--"):
            break
        name, colon, value = line.removeprefix("--").strip().partition(": ")
        if colon and name in STATEMENTS:
            allowed, _ = STATEMENTS[name]
            if value not in allowed:
                raise InputError(
                    f"{path.name}, line {number}: {name} is {value!r}; write one of {', '.join(allowed)}."
                )
            found[name] = value
    return Statements(found["posts"], found["follows-within-seconds"] == "yes", found["prepared-by"])


def timed_traces() -> list[str]:
    """Return the traces whose events follow another's post within seconds."""
    return [trace for trace in trace_names() if statements_of(trace).timed]


def traces_of(posts: str) -> list[str]:
    """Return the traces of posts of one's `own`, of `reposts`, or of `any` posts."""
    return [trace for trace in trace_names() if statements_of(trace).posts == posts]
