"""Names and scripts of the languages that platforms detect."""

import csv
from dataclasses import dataclass
from pathlib import Path

from takedown.core.paths import RESOURCES

LANGUAGES = RESOURCES / "languages.csv"


@dataclass(frozen=True)
class Language:
    """A language: its English name and the script that it is written in."""

    name: str
    script: str


def read_languages(path: str | Path = LANGUAGES) -> dict[str, Language]:
    """Return the languages by the code that Twitter gives them (some are obsolete: in, iw), from a CSV of code, name and script.

    >>> read_languages()["th"]
    Language(name='Thai', script='Thai')
    """
    with Path(path).open(newline="", encoding="utf-8") as file:
        return {row["language"]: Language(row["name"], row["script"]) for row in csv.DictReader(file)}
