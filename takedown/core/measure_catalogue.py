"""The measures that the rules of the study make, known before any job runs."""

import csv
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from takedown.core.errors import InputError
from takedown.core.measures import Measure

COLUMNS = ("measure", "rule", "subjects", "demonstrated")

#: Kinds of subjects in the catalogue, besides names: the populations; the posting series and its languages; and parts of a
#: population, such as "operation en".
POPULATIONS, SERIES, PARTS = "populations", "series", "parts"


@dataclass(frozen=True)
class Catalogue:
    """The `rules` that make measures, and for each measure the `subjects` that it may be of (kinds or names).

    A deposit of one of the `campaigns` has the measures of a population; languages of its posts are parts of it. `demonstrated` are the
    measures that a demonstration on simulated records shows.
    """

    rules: frozenset[str]
    subjects: dict[str, set[str]]
    campaigns: frozenset[str] = frozenset()
    demonstrated: frozenset[str] = frozenset()

    def allows(self, measure: str, subject: str) -> bool:
        """Return whether a rule makes a measure of a subject.

        >>> catalogue = Catalogue(frozenset(), {"content.topic_share": {"parts"}})
        >>> catalogue.allows("content.topic_share", "operation en"), catalogue.allows("content.topic_share", "operation")
        (True, False)
        """
        population, _, part = subject.partition(" ")
        known = population in ("operation", "control")
        kinds = {PARTS if part else POPULATIONS} if known else {SERIES}
        if population in self.campaigns:
            kinds = {PARTS, SERIES} if part else {POPULATIONS, "operation"}
        return bool({*kinds, subject} & self.subjects.get(measure, set()))


def load_catalogue(
    path: str | Path, traces: Iterable[str], extensions: Iterable[str | Path] = ()
) -> Catalogue:
    """Read workflow/resources/measures.csv and the names of the deposits beside it; `{trace}` stands for each of the `traces`.

    `extensions` are tables of the same columns, of the measures that extensions make. Raises InputError for a table without
    one of the columns.
    """
    traces, rules, demonstrated = list(traces), set(), set()
    subjects: defaultdict[str, set[str]] = defaultdict(set)
    for row in itertools.chain.from_iterable(map(_rows, [path, *extensions])):
        rules.add(row["rule"])
        for trace in traces if "{trace}" in row["measure"] else [""]:
            measure = row["measure"].replace("{trace}", trace)
            subjects[measure].update(row["subjects"].split())
            if trace in row["demonstrated"].split() or row["demonstrated"] == "yes":
                demonstrated.add(measure)
    campaigns = frozenset(file.parent.name for file in Path(path).parent.glob("deposited/*/measures.csv"))
    return Catalogue(frozenset(rules), dict(subjects), campaigns, frozenset(demonstrated))


def _rows(path: str | Path) -> Iterator[dict[str, str]]:
    with Path(path).open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise InputError(f"{path}, line 1: has no column {missing[0]}; write {','.join(COLUMNS)}.")
        yield from reader


def leave_out_simulated(measures: Iterable[Measure], catalogue: Catalogue) -> list[Measure]:
    """Return the measures without simulated ones that no demonstration shows.

    Simulated numbers of the rules of extensions, which the catalogue does not list, stay.
    """
    return [
        row
        for row in measures
        if row.provenance != "replica"
        or row.rule not in catalogue.rules
        or row.measure in catalogue.demonstrated
    ]


def check_listed(measures: Iterable[Measure], catalogue: Catalogue) -> None:
    """Raise InputError for the first measure of a rule of the catalogue that the catalogue does not list.

    Rules of extensions are not in the catalogue, so their measures are not checked.
    """
    for row in measures:
        if row.rule in catalogue.rules and not catalogue.allows(row.measure, row.subject):
            raise InputError(
                f"{row.rule} reports {row.measure} of {row.subject}, which workflow/resources/measures.csv does not list; "
                "add it there, so that a claim may name it."
            )
