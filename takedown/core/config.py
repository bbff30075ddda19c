"""Check the configuration and report every mistake, one line each, before any job runs."""

import datetime
import difflib
import math
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import jsonschema

from takedown.core.config_file import path_problem

#: Settings that say where and how fast the study is computed.
WITHOUT_EFFECT = frozenset(
    {"memory_mb", "scratch_folder", "shards", "raw_folder", "folder", "fetch", "ingest", "pairs", "benchmark"}
)


#: JSON types in the words of a user.
KINDS = {
    "array": "a list, like [a, b]",
    "object": "a block of keys with their values",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "boolean": "true or false",
}


#: Largest number that NumPy, DuckDB and JSON all hold exactly.
LARGEST_NUMBER = 2**53

#: JSON Schema takes 2.0 for a whole number, which `range` does not.
Validator = jsonschema.validators.extend(
    jsonschema.Draft202012Validator,
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


def find_mistakes(config: dict, schema: dict, registry: dict, term_lists: Collection[str]) -> list[str]:
    """Return one line for each mistake in the configuration; an empty list if it is valid.

    `schema` is the JSON schema of the configuration; `registry` and `term_lists` hold the archives and the lists of
    terms that the configuration may name.
    """
    errors = sorted(Validator(schema).iter_errors(config), key=lambda e: (list(map(str, e.path)), e.message))
    lines = [line for error in errors for line in _describe(error)]
    lines += [f"{key}: {_shown(value)} {fault}" for key, value, fault in _unfit_numbers(config)]
    archives = config.get("archives")
    if not lines and isinstance(archives, list):
        lines += [
            f"archives: the registry has no archive {name!r}{_nearest(name, registry)}"
            for name in archives
            if name not in registry
        ]
        lines += [f"{key}: {path!r} {fault}" for key, path in _paths(config) if (fault := path_problem(path))]
        lines += _misplaced(config)
        named = [
            (f"subjects.{subject}", name) for subject, names in config["subjects"].items() for name in names
        ]
        named.append(("posting_series", config["posting_series"]))
        lines += [
            f"{key}: {name!r} is not among the archives of this configuration{_nearest(name, [*filter(registry.get, archives)])}"
            for key, name in named
            if name not in archives
        ]
        both = set(config["subjects"]["operation"]) & set(config["subjects"]["control"])
        lines += [f"subjects: {name!r} is named as operation and as control" for name in sorted(both)]
        choices = config["specifications"]
        lines += _wrong_lists(config, term_lists)
        lines += [f"{key}: {day!r} is not a calendar date" for key, day in _days(config) if not _is_day(day)]
        disclosed, last = (
            max((registry[name]["released_on"], name) for name in archives) if not lines else ("", "")
        )
        lines += [
            f"{key}: {day} is after the last disclosure of these archives, {disclosed} ({last})"
            for key, day in _days(config)
            if disclosed and day > disclosed
        ]
        creation = config["creation"]
        if not lines and not creation["earlier_cut"] < creation["control_cut"]:
            lines.append("creation.earlier_cut: must be before creation.control_cut")
        coordination = config["coordination"]
        if not lines and coordination["since"] > creation["control_cut"]:
            lines.append("coordination.since: must not be after creation.control_cut")
        lines += [
            f"coordination.window_seconds: must be less than coordination.{near}"
            for near in ("near_seconds", "object_near_seconds")
            if not coordination["window_seconds"] < coordination[near]
        ]
        every_hours = {"office_hours": [config["office_hours"]]}
        every_hours["specifications.office_hours.hours"] = choices["office_hours"]["hours"]
        lines += [
            f"{key}: the first hour must be before the last"
            for key, several in every_hours.items()
            if any(first >= last for first, last in several)
        ]
    return lines


def find_unknown_countries(codes: Iterable[str]) -> list[str]:
    """Return one line for each country, or part of one, for which the package holidays has no public holidays.

    `codes` are those of the key `special_days`. The package takes a quarter of a second to load.

    >>> find_unknown_countries(["TH", "ES-CT", "TX"])
    ["special_days: the package holidays has no country or part of a country 'TX'"]
    """
    from holidays import country_holidays

    lines = []
    for code in codes:
        country, _, part = code.partition("-")
        try:
            country_holidays(country, subdiv=part or None)
        except NotImplementedError:
            lines.append(f"special_days: the package holidays has no country or part of a country {code!r}")
    return lines


def _wrong_lists(config: dict, term_lists: Collection[str]) -> Iterator[str]:
    used = config["content"]["lists"]
    for key, names in (("content.lists", used), ("life.topic_lists", config["life"]["topic_lists"])):
        for name in names:
            if name not in term_lists:
                yield f"{key}: workflow/resources/terms.yaml has no list {name!r}{_nearest(name, term_lists)}"
            elif name not in used:
                yield f"{key}: {name!r} is not among content.lists; add it there too, or set {key} to []"


def _misplaced(config: dict) -> Iterator[str]:
    """Yield a line for each folder to which the study must not write, whatever links lead there."""
    raw, replica, study = map(os.path.realpath, (config["raw_folder"], config["replica"]["folder"], "."))
    if os.path.commonpath((raw, replica)) in (raw, replica):
        yield (
            f"replica.folder: {config['replica']['folder']!r} and raw_folder must not contain each other, since simulated "
            "files would count as released ones; name another folder"
        )
    if not config["write_outside_study"]:
        for key, path in _paths(config):
            inside = os.path.commonpath((study, os.path.realpath(path))) == study
            if key.endswith("folder") and key != "raw_folder" and not inside:
                yield f"{key}: {path!r} is outside the study; name a folder in it, or set write_outside_study to true"


def _paths(config: dict) -> Iterator[tuple[str, str]]:
    yield "raw_folder", config["raw_folder"]
    yield "replica.folder", config["replica"]["folder"]
    yield "coordination.scratch_folder", config["coordination"]["scratch_folder"]
    yield "pairs.scratch_folder", config["pairs"]["scratch_folder"]
    if "events" in config["pairs"]:
        yield "pairs.events", config["pairs"]["events"]


def _days(config: dict) -> Iterator[tuple[str, str]]:
    for key in ("control_cut", "earlier_cut"):
        yield f"creation.{key}", config["creation"][key]
    for key in ("since", "weeks_from"):
        yield f"content.{key}", config["content"][key]
    yield "coordination.since", config["coordination"]["since"]
    choices = config["specifications"]
    for value in choices["office_hours"]["period"]:
        if value != "all":
            yield "specifications.office_hours.period", value.split()[-1]


def _describe(error: jsonschema.ValidationError) -> list[str]:
    where = ".".join(map(str, error.path))
    schema: Any = error.schema
    asked: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "additionalProperties":
        known = schema["properties"]
        unknown = sorted(set(instance) - set(known), key=str)
        return [
            f"{'.'.join(filter(None, (where, str(key))))}: unknown key{_nearest(str(key), known)}"
            for key in unknown
        ]
    if error.validator == "required":
        missing = [key for key in asked if key not in instance]
        # jsonschema reports each missing key as a separate error; find the key of this one.
        key = next(key for key in missing if repr(key) in error.message)
        return [f"{'.'.join(filter(None, (where, key)))}: is missing"]
    if error.validator == "type" and asked in KINDS:
        return [f"{where}: {_shown(instance)} is not {KINDS[asked]}"]
    if error.validator == "anyOf":
        return [f"{where}: {_shown(instance)} does not fit; write {schema['description']}"]
    return [f"{where}: {error.message.replace(repr(instance), _shown(instance))}"]


def _shown(value: Any) -> str:
    """Return a value as in Python, with at most 60 characters."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _unfit_numbers(value: Any, path: str = "") -> Iterator[tuple[str, float, str]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _unfit_numbers(item, f"{path}{key}.")
    if isinstance(value, float) and not math.isfinite(value):
        yield path.rstrip("."), value, "is not a finite number"
    elif isinstance(value, int | float) and abs(value) > LARGEST_NUMBER:
        yield path.rstrip("."), value, f"is too large; the largest number is {LARGEST_NUMBER}"


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def choices_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration by name without the settings that change no result, so that equal results have equal crates.

    >>> choices_of({"shards": 3, "ingest": {"memory_mb": 500}, "office_hours": [9, 18]})
    {'office_hours': [9, 18]}
    """
    # The order depends on which settings a file of the user names.
    kept = {key: value for key, value in sorted(config.items()) if key not in WITHOUT_EFFECT}
    nested = {key: choices_of(value) if isinstance(value, Mapping) else value for key, value in kept.items()}
    return {key: value for key, value in nested.items() if value != {}}
