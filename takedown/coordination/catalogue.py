"""The names and properties of the traces, read from their query files. Every start of Snakemake loads it, so it loads no library."""

from typing import NamedTuple

from takedown.core.errors import InputError
from takedown.core.paths import SQL_FOLDER

TRACES_FOLDER = SQL_FOLDER / "coordination/traces"

#: Files of pair-days: the parts of `takedown.coordination.pair_days.Trace`.
PIECES = ("counts", "sums")

#: The trace of all posts of a population, which whole timelines are read from.
TIMELINE = "synchronised_posting"

#: Properties that a query file may state in lines such as "-- posts: reposts": the allowed values, and the default.
STATEMENTS = {
    "posts": (("own", "reposts", "any"), "own"),
    "follows-within-seconds": (("no", "yes"), "no"),
    "prepared-by": (("nothing", "words", "near_text"), "nothing"),
}


class Statements(NamedTuple):
    """The properties of a trace.

    `posts`: whether its events are own posts, reposts, or any posts. `timed`: whether its events follow the post of another
    account within seconds; two such events are close in time for any reason, so windows and shifted timelines are no
    evidence. `prepared_by`: the function that makes a table for the query.
    """

    posts: str
    timed: bool
    prepared_by: str


def trace_names() -> list[str]:
    """Return the names of all traces, one for each query file in the folder."""
    return sorted(path.stem for path in TRACES_FOLDER.glob("*.sql"))


def statements_of(trace: str) -> Statements:
    """Return the properties of a trace from the opening comment of its query file.

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
    """Return the traces whose events follow the post of another account within seconds."""
    return [trace for trace in trace_names() if statements_of(trace).timed]


def traces_of(posts: str) -> list[str]:
    """Return the traces of `own` posts, of `reposts`, or of `any` posts."""
    return [trace for trace in trace_names() if statements_of(trace).posts == posts]
