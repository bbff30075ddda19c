"""What each rule of the workflow is made of and which rules come before it, as the workflow knows it."""

import ast
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


class Lineage(dict[str, dict[str, Any]]):
    """The parts of each rule (`lineage` in workflow/rules/snakemake_parts.py), by name, printed as a digest.

    Snakemake keeps the text of a parameter and prints it when it changes.
    """

    def __repr__(self) -> str:
        text = json.dumps(self, sort_keys=True)
        return f"Lineage({hashlib.sha256(text.encode()).hexdigest()[:16]}, {len(self)} rules)"


@dataclass(frozen=True)
class Rule:
    """One rule: its name, room, and parts (paths relative to the repository).

    `text` is its definition, `depth` the length of the longest chain of rules before it.
    """

    name: str
    room: str
    message: str
    file: str
    text: str
    script: str
    sources: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    before: tuple[str, ...]
    depth: int

    @property
    def queries(self) -> list[str]:
        """Return the queries of the rule, those of its own question first."""
        found = [path for path in self.sources if path.endswith(".sql")]
        return sorted(found, key=lambda path: (path.startswith("workflow/sql/core/"), path))

    @property
    def modules(self) -> list[str]:
        """Return the modules of the library that the script imports, without the ones that are only packages."""
        return [path for path in self.sources if path.endswith(".py") and not path.endswith("__init__.py")]

    @property
    def resources(self) -> list[str]:
        """Return the other tracked files that the rule reads."""
        return [path for path in self.sources if not path.endswith((".sql", ".py"))]


def read_rules(lineage: Mapping[str, Mapping[str, Any]], root: str | Path) -> dict[str, Rule]:
    """Return the rules by name, in the order of their depth and name; `root` is the repository's folder."""

    @cache
    def depth(name: str) -> int:
        return max((1 + depth(other) for other in lineage[name]["before"]), default=0)

    return {
        name: Rule(
            name=name,
            room=room_of(parts["file"]),
            message=re.sub(r"\{(?:\w+\.)*(\w+)\}", r"‹\1›", parts["message"]),
            file=parts["file"],
            text=definition((Path(root) / parts["file"]).read_text(encoding="utf-8"), name),
            script=parts["script"] or "",
            **{part: tuple(parts[part]) for part in ("sources", "inputs", "outputs", "before")},
            depth=depth(name),
        )
        for name, parts in sorted(lineage.items(), key=lambda rule: (depth(rule[0]), rule[0]))
    }


def room_of(file: str) -> str:
    """Return the room of a rules file: its name, or its folder if it is an extension's.

    >>> room_of("workflow/rules/creation.smk"), room_of("extensions/creation_weekdays/rules.smk")
    ('creation', 'creation_weekdays')
    """
    path = Path(file)
    return path.parent.name if path.parts[0] == "extensions" else path.stem


def definition(text: str, name: str) -> str:
    r"""Return the definition of a rule in the text of a rules file; a rule named by a loop is the one without a name.

    >>> definition("import x\nrule a:\n    input:\n        1\n\n\ny = 2\n", "a")
    'rule a:\n    input:\n        1\n'
    """
    lines = text.splitlines()
    starts = (re.compile(rf"( *)(?:rule|checkpoint){named}:") for named in (f" {re.escape(name)}", ""))
    found = ((place, start.match(line)) for start in starts for place, line in enumerate(lines))
    place, indent = next((place, len(match[1])) for place, match in found if match)
    body = [lines[place]]
    for line in lines[place + 1 :]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        body.append(line)
    return "\n".join(line[indent:] for line in body).rstrip() + "\n"


def all_before(rules: Mapping[str, Rule], name: str) -> list[Rule]:
    """Return every rule on which a rule rests, in the order in which they run."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = set(rules[waiting.pop()].before) - found
        found |= new
        waiting += new
    return [rule for other, rule in rules.items() if other in found]


def method_sources(rule: Rule, root: str | Path) -> list[tuple[str, str]]:
    """Return (function, source) for each source of a method that docstrings of the rule's room and of statistics name."""
    rooms = {f"takedown/{room}/" for room in ("statistics", rule.room)}
    modules = [path for path in rule.modules if path.startswith(tuple(rooms))]
    return [found for path in modules for found in _sources_in(Path(root) / path)]


@cache
def _sources_in(path: Path) -> list[tuple[str, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = [
        node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
    ]
    found = []
    for node in documented:
        text = re.sub(r"\s+", " ", (ast.get_docstring(node) or "").partition("\n\n>>>")[0])
        if named := re.search(r"\bSources?: (.+)", text):
            found.append((getattr(node, "name", path.stem), named[1]))
    return found


def rooms_in_order(rules: Iterable[Rule]) -> list[str]:
    """Return the rooms of rules in the order in which their first rules run."""
    return list(dict.fromkeys(rule.room for rule in sorted(rules, key=lambda rule: (rule.depth, rule.room))))
