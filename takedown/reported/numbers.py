"""Read the curated tables of numbers that others published, and check every column of them.

The tables lie in workflow/resources/reported; its README says what each column holds.
"""

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml
from jsonschema import Draft202012Validator

from takedown.core.config_file import LOADER, dates_as_text
from takedown.core.database import read_sql
from takedown.core.errors import InputError
from takedown.core.paths import RESOURCES, SCHEMAS
from takedown.core.records import write_parquet

FOLDER = RESOURCES / "reported"
SCHEMA = SCHEMAS / "reported.schema.yaml"

#: Source of releases.csv, as the bibliography names it, and the address that its locators are files of.
RELEASES_SOURCE = "basel2020"
RELEASES_ADDRESS = "https://github.com/simabasel/cib-data/blob/f9fe9ca555639f7e7af970d5b3f2542b2364104d/"
RELEASES_POPULATION = "whole files of the release"

#: Between the archives that a number is about all together.
UNION = "+"


@dataclass(frozen=True)
class Definition:
    """What a measure is and how it is computed; see the head of definitions.yaml for the fields."""

    words: str
    needs: str
    query: str = ""
    key: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    difference: str = ""


@dataclass(frozen=True)
class ReportedNumber:
    """One published number, as printed.

    `archive_id` holds the archives of the registry that it is about, joined by `UNION`, or nothing. `value` is text, so that the
    digits printed are kept; `low` and `high` are the range that words like "about" or a chart leave, or empty. `version` names
    the download that was read: 2019, 2020, unknown, or any where it makes no difference. `key` is what the archive holds in place
    of the last part of `measure`, empty for a measure without one. `source` is a key of the bibliography.
    """

    archive_id: str
    measure: str
    population: str
    value: str
    unit: str
    low: str
    high: str
    definition: Definition
    key: str
    version: str
    derived: bool
    source: str
    locator: str
    url: str
    note: str

    @property
    def archives(self) -> tuple[str, ...]:
        """Archives that the number is about, none for one about no release."""
        return tuple(filter(None, self.archive_id.split(UNION)))


def read_numbers(registry: Collection[str], folder: str | Path = FOLDER) -> list[ReportedNumber]:
    """Return every reported number, those of single analyses before those of all releases, in the order of the tables.

    `registry` holds the ids of the archives that a number may be about. Raises InputError for a column or a value that the schema
    does not allow, an archive that is not registered, a measure without a definition, a range that does not hold its number, and
    a number that is given twice.
    """
    folder = Path(folder)
    definitions, keys = read_definitions(folder), _read_keys(folder)
    releases = {
        "population": RELEASES_POPULATION,
        **{"low": "", "high": "", "derived": "false", "source": RELEASES_SOURCE, "note": ""},
    }
    numbers = []
    for name, common in (("numbers", {}), ("releases", releases)):
        path = folder / f"{name}.csv"
        for line, row in enumerate(read_table(path), start=2):
            if name == "releases":
                common = releases | {"url": RELEASES_ADDRESS + row["locator"]}
            where = f"{path.name}, line {line}"
            numbers.append(_number(row | common, where, definitions, keys, registry))
    _refuse_twins(numbers)
    return numbers


def write_number_table(numbers: Iterable[ReportedNumber], path: str | Path) -> None:
    """Write the table `reported_number` as Parquet: the columns of numbers.csv, typed, with the definition in words."""
    numbers = list(numbers)
    columns = {name: [getattr(one, name) for one in numbers] for name in _columns("numbers")}
    columns["definition"] = [one.definition.words for one in numbers]
    with duckdb.connect() as connection:
        write_parquet(connection, read_sql("reported/reported_number.sql"), path, **columns)


def read_definitions(folder: str | Path = FOLDER) -> dict[str, Definition]:
    """Return the definitions by name of measure; raise InputError where the file does not follow the schema."""
    path = Path(folder) / "definitions.yaml"
    loaded = dates_as_text(yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER))
    errors = sorted(_validator("definitions").iter_errors(loaded), key=lambda error: list(error.path))
    if errors:
        named = ".".join(map(str, errors[0].path))
        raise InputError(f"{path.name}: {named}: {errors[0].message}; correct it there.")
    return {name: Definition(**entry) for name, entry in loaded.items()}


def read_table(path: str | Path) -> list[dict[str, str]]:
    """Read a table of the folder by its schema; raise InputError for the first column or value that does not fit."""
    path = Path(path)
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    columns = _columns(path.stem)
    if columns != list(reader.fieldnames or ()):
        raise InputError(
            f"{path.name} has other columns than {', '.join(columns)}; give it these in this order."
        )
    for column in columns:
        validator = _validator(path.stem, column)
        for value in sorted({row[column] or "" for row in rows}):
            if not validator.is_valid(value):
                line = 2 + next(place for place, row in enumerate(rows) if (row[column] or "") == value)
                raise InputError(f"{path.name}, line {line}: {value!r} is no {column}; correct it there.")
    return rows


def definition_of(measure: str, definitions: Mapping[str, Definition]) -> tuple[str, str]:
    """Return the longest name of a definition that a measure begins with, and the rest of the measure as its key.

    >>> definition_of("posts.by_month.2019-07", {"posts.by_month": ..., "posts": ...})
    ('posts.by_month', '2019-07')

    Raises InputError if no definition fits.
    """
    parts = measure.split(".")
    for end in range(len(parts), 0, -1):
        name = ".".join(parts[:end])
        if name in definitions:
            return name, ".".join(parts[end:])
    raise InputError(f"{measure} has no definition; add one to definitions.yaml or correct the measure.")


def _number(
    row: dict[str, str],
    where: str,
    definitions: Mapping[str, Definition],
    keys: Mapping[tuple[str, str], str],
    registry: Collection[str],
) -> ReportedNumber:
    name, key = definition_of(row["measure"], definitions)
    definition = definitions[name]
    if definition.query and bool(key) != (definition.key == "*"):
        raise InputError(
            f"{where}: {row['measure']} needs {'a' if not key else 'no'} key; correct the measure."
        )
    for archive in filter(None, row["archive_id"].split(UNION)):
        if archive not in registry:
            raise InputError(f"{where}: the registry has no archive {archive!r}; name one of it or none.")
    ends = [Decimal(row[end]) for end in ("low", "value", "high") if row[end] and (row["low"] or row["high"])]
    if ends != sorted(ends):
        raise InputError(f"{where}: {row['value']} lies outside of its range; correct low or high.")
    columns: dict[str, Any] = {**row, "derived": row["derived"] == "true", "definition": definition}
    return ReportedNumber(**columns, key=keys.get((name, key), key))


def _refuse_twins(numbers: list[ReportedNumber]) -> None:
    of_releases = {
        (number.archive_id, number.measure) for number in numbers if number.population == RELEASES_POPULATION
    }
    seen = set()
    for number in numbers:
        told = (number.archive_id, number.measure, number.population, number.source, number.locator)
        again = number.source == RELEASES_SOURCE and number.population != RELEASES_POPULATION
        if told in seen or (again and (number.archive_id, number.measure) in of_releases):
            raise InputError(
                f"{number.measure} of {number.archive_id} is given twice from {number.source}; take one away."
            )
        seen.add(told)


def _read_keys(folder: Path) -> dict[tuple[str, str], str]:
    return {(row["definition"], row["key"]): row["value"] for row in read_table(folder / "keys.csv")}


def _columns(table: str) -> list[str]:
    return list(_schema()["$defs"][table]["properties"])


@cache
def _schema() -> dict[str, Any]:
    return yaml.load(SCHEMA.read_text(encoding="utf-8"), Loader=LOADER)


def _validator(table: str, column: str = "") -> Draft202012Validator:
    rules = _schema()["$defs"][table]
    return Draft202012Validator(rules["properties"][column] if column else rules)
