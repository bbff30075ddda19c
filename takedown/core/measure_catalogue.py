"""The measures that the rules of the study make, known before any job runs."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from takedown.core.errors import InputError
from takedown.core.measures import Measure

#: Kinds of subjects in the catalogue, besides names: the populations; the posting series and its languages; and parts of a
#: population, such as "operation en".
POPULATIONS, SERIES, PARTS = "populations", "series", "parts"


@dataclass(frozen=True)
class Catalogue:
    """The `rules` that make measures, and for each measure the `subjects` that it may be of (kinds or names)."""

    rules: frozenset[str]
    subjects: dict[str, set[str]]

    def allows(self, measure: str, subject: str) -> bool:
        """Return whether a rule makes a measure of a subject.

        >>> catalogue = Catalogue(frozenset(), {"content.topic_share": {"parts"}})
        >>> catalogue.allows("content.topic_share", "operation en"), catalogue.allows("content.topic_share", "operation")
        (True, False)
        """
        population, _, part = subject.partition(" ")
        known = population in ("operation", "control")
        kind = (PARTS if part else POPULATIONS) if known else SERIES
        return bool({kind, subject} & self.subjects.get(measure, set()))


def load_catalogue(path: str | Path, traces: Iterable[str]) -> Catalogue:
    """Read workflow/resources/measures.csv; `{trace}` in a name stands for each of the `traces`."""
    traces, rules = list(traces), set()
    subjects: defaultdict[str, set[str]] = defaultdict(set)
    with Path(path).open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rules.add(row["rule"])
            for trace in traces if "{trace}" in row["measure"] else [""]:
                subjects[row["measure"].replace("{trace}", trace)].update(row["subjects"].split())
    return Catalogue(frozenset(rules), dict(subjects))


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
