"""Read the reviewable lists: terms that are searched in posts and profiles, and outlets that posts refer to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from takedown.core.config_file import LOADER
from takedown.core.errors import InputError
from takedown.core.paths import RESOURCES, SCHEMAS

TERMS = RESOURCES / "terms.yaml"
OUTLETS = RESOURCES / "outlets.yaml"
#: Name in `post_term` of the list of outlets; its terms are those of `Outlet.terms`.
STATE_MEDIA = "state_media"


@dataclass(frozen=True)
class Term:
    """A term of a list; with `is_word` it counts only where no ASCII letter, digit or underscore is next to it."""

    list: str
    text: str
    is_word: bool


@dataclass(frozen=True)
class Outlet:
    """An outlet with its web domains and its handles on the platform, in lower case."""

    name: str
    domains: tuple[str, ...]
    handles: tuple[str, ...]

    @property
    def terms(self) -> dict[str, str]:
        """Return the terms of the outlet in `post_term`, each with its way to refer to it: link, mention or repost.

        >>> Outlet("Xinhua", ("news.cn",), ("xhnews",)).terms
        {'news.cn': 'link', '@xhnews': 'mention', 'rt @xhnews': 'repost'}
        """
        return (
            dict.fromkeys(self.domains, "link")
            | {f"@{handle}": "mention" for handle in self.handles}
            | {f"rt @{handle}": "repost" for handle in self.handles}
        )


def load_terms(path: str | Path = TERMS) -> list[Term]:
    """Read the lists of terms; a Chinese term becomes one `Term` for each script, or one if both scripts write it alike.

    Raises InputError, with all mistakes in one sentence, for an unknown key or way to match, an empty list or term, a
    term that is in its list twice, and a source that the file does not define.
    """
    content = _load(path)
    mistakes, terms = [], []
    for name, entry in content["lists"].items():
        for term in entry["terms"]:
            mistakes += _unknown_source(content, term, f"{name}: {next(iter(term.values()))}")
            texts = dict.fromkeys(term[key] for key in ("en", "text", "zh-Hant", "zh-Hans") if key in term)
            mistakes += [f"{name}: {text} is not in lower case" for text in texts if text != text.lower()]
            terms += [Term(name, text, term["match"] == "word") for text in texts]
    mistakes += _given_twice([f"{term.list}: {term.text}" for term in terms])
    _refuse(path, mistakes)
    return terms


def load_titles(path: str | Path = TERMS) -> dict[str, str]:
    """Return the subject of each list of terms, as a figure names it, by list. Raises InputError as `load_terms` does."""
    return {name: entry["title"] for name, entry in _load(path)["lists"].items()}


def load_outlets(path: str | Path = OUTLETS) -> list[Outlet]:
    """Read the list of state-controlled outlets. Raises InputError as `load_terms` does."""
    content = _load(path)
    outlets = [
        Outlet(entry["name"], tuple(entry["domains"]), tuple(handle.lower() for handle in entry["handles"]))
        for entry in content["outlets"]
    ]
    mistakes = [
        line for entry in content["outlets"] for line in _unknown_source(content, entry, entry["name"])
    ]
    mistakes += _given_twice(
        [name for outlet in outlets for name in (outlet.name, *outlet.domains, *outlet.handles)]
    )
    _refuse(path, mistakes)
    return outlets


def _load(path: str | Path) -> dict[str, Any]:
    path = Path(path)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" near line {where.line + 1}" if where else ""
        raise InputError(f"{path.name} is not valid YAML{line}; correct it there.") from None
    schema = SCHEMAS / f"{path.stem}.schema.yaml"
    rules = yaml.load(schema.read_text(encoding="utf-8"), Loader=LOADER)
    errors = sorted(Draft202012Validator(rules).iter_errors(content), key=lambda e: list(map(str, e.path)))
    _refuse(path, [f"{'.'.join(map(str, error.path)) or '(top)'}: {error.message}" for error in errors])
    return content


def _unknown_source(content: dict, entry: dict, where: str) -> list[str]:
    known = entry["source"] in content["sources"]
    return [] if known else [f"{where}: no source {entry['source']}"]


def _given_twice(names: list[str]) -> list[str]:
    return [f"{name} is given twice" for name in sorted({name for name in names if names.count(name) > 1})]


def _refuse(path: str | Path, mistakes: list[str]) -> None:
    if mistakes:
        raise InputError(f"{Path(path).name} cannot be used, correct it there: {'; '.join(mistakes)}.")
