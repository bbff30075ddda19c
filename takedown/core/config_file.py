"""Read and check files of YAML before Snakemake loads them, which stops some mistakes with a traceback or never."""

import datetime
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from takedown.core.errors import InputError

#: PyYAML's safe loader, in C if available, since every job of Snakemake reads the registry.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Braces, which Snakemake reads as wildcards, and characters that cannot be printed on one line.
UNFIT = re.compile(r"[{}\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

#: Most values of a file, with each alias counted as often as it is used.
MOST_VALUES = 100_000


def path_problem(path: str | Path) -> str | None:
    """Return why the study cannot use a path, as the end of a sentence; None if it can."""
    found = UNFIT.search(str(path))
    if found is None:
        return None
    if found[0] in "{}":
        return "has a brace in its name, which Snakemake reads as a wildcard; rename it."
    return "has a character in its name that cannot be printed; rename it."


def dates_as_text(value: Any) -> Any:
    """Return the configuration with every date as text, since YAML reads 2019-08-19 as a date.

    >>> dates_as_text({"last_day": [datetime.date(2019, 8, 19)]})
    {'last_day': ['2019-08-19']}
    """
    if isinstance(value, dict):
        return {key: dates_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [dates_as_text(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def check_config_file(path: str | Path) -> None:
    """Raise InputError that names file and line for the first mistake by which a YAML or JSON file cannot be loaded.

    Such mistakes are another encoding, a syntax error, a key written twice, a date or number that is none, a tag of
    another program, and aliases that contain themselves or stand for too many values. A missing file is left to Snakemake.
    """
    path = Path(path)
    if not path.is_file():
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: is not UTF-8; save the file again in UTF-8.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); check its permissions.") from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if root is not None:
            _check_values(path, root)
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise InputError(f"{path}, line {line}: has a character that YAML forbids; remove it.") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path}, line {mark.line + 1}" if mark else str(path)
        raise InputError(
            f"{place}: is not YAML ({' '.join(str(error.problem).split())}); correct it."
        ) from None
    except RecursionError:
        raise InputError(f"{path} is nested too deeply; write it as config.yaml is written.") from None


def stop_at_mistakes(arguments: Iterable[str]) -> None:
    """End the program with one sentence if a configuration file that the arguments of `snakemake` name has a mistake."""
    try:
        for path in _named(arguments):
            check_config_file(path)
    except InputError as error:
        sys.exit(str(error))


def _named(arguments: Iterable[str]) -> Iterator[str]:
    is_file = False
    for argument in arguments:
        option, _, value = argument.partition("=")
        if argument.startswith("-"):
            is_file = option in ("--configfile", "--configfiles")
            if is_file and value:
                yield value
        elif is_file:
            yield argument


def _check_values(path: Path, root: yaml.Node) -> None:
    """Check the values of a file, each as often as it is used, without building them."""
    if not isinstance(root, yaml.MappingNode):
        raise InputError(f"{path} has no keys at its top level; write it as config.yaml is written.")
    maker = yaml.constructor.SafeConstructor()
    number = 0

    def fail(node: yaml.Node, words: str) -> InputError:
        return InputError(f"{path}, line {node.start_mark.line + 1}: {words}.")

    # Values to check, with the values that contain them.
    waiting: list[tuple[yaml.Node, tuple[int, ...]]] = [(root, ())]
    while waiting:
        node, within = waiting.pop()
        number += 1
        if number > MOST_VALUES:
            raise fail(node, f"aliases stand for more than {MOST_VALUES} values; write the values themselves")
        if id(node) in within:
            raise fail(node, "contains itself by an alias; write the value itself")
        within = (*within, id(node))
        if isinstance(node, yaml.ScalarNode):
            _make(maker, node, fail)
        elif node.tag not in maker.yaml_constructors:
            raise fail(node, f"has the tag {node.tag[:60]!r}, which only programs read; remove it")
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(item, within) for item in node.value]
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    raise fail(key, f"the key {str(key.value)[:60]!r} is written twice; remove one of them")
                if isinstance(key, yaml.ScalarNode):
                    seen.add(key.value)
                    waiting.append((key, within))
                waiting.append((value, within))


def _make(maker: Any, node: yaml.ScalarNode, fail: Any) -> None:
    if node.tag == "tag:yaml.org,2002:merge":
        return
    if node.tag not in maker.yaml_constructors:
        raise fail(node, f"has the tag {node.tag[:60]!r}, which only programs read; remove it")
    try:
        maker.construct_object(node)
    except (ValueError, OverflowError):
        kind = "date" if node.tag.endswith("timestamp") else "number"
        raise fail(node, f"{node.value[:60]!r} is not a {kind}; correct it") from None
