"""Drawings of the pages, as coordinates for their templates: the rules by room, and specification curves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from takedown.audit.lineage import Rule, all_before, rooms_in_order

#: Sizes in pixels: of the box of a rule, of the gaps between boxes, and of the names of rooms on the left.
BOX, GAP, ROW_GAP, LEFT, TOP = (220, 22), 34, 6, 108, 8


@dataclass(frozen=True)
class Diagram:
    """The rules as boxes in columns by depth and bands by room, and an arrow from each rule to those after it."""

    width: int
    height: int
    bands: list[dict[str, Any]]
    boxes: list[dict[str, Any]]
    arrows: list[dict[str, str]]


def draw_rules(rules: Mapping[str, Rule]) -> Diagram:
    """Return the diagram of the rules; an arrow that a longer path implies is left out."""
    places: dict[str, tuple[int, int]] = {}
    bands, top = [], TOP
    for room in rooms_in_order(rules.values()):
        filled: defaultdict[int, int] = defaultdict(int)
        members = [rule for rule in rules.values() if rule.room == room]
        for rule in members:
            x = LEFT + rule.depth * (BOX[0] + GAP)
            places[rule.name] = (x, top + ROW_GAP + filled[rule.depth] * (BOX[1] + ROW_GAP))
            filled[rule.depth] += 1
        height = ROW_GAP + max(filled.values()) * (BOX[1] + ROW_GAP)
        bands.append({"room": room, "y": top, "height": height})
        top += height + ROW_GAP
    boxes = [
        {"name": name, "x": x, "y": y, "width": BOX[0], "height": BOX[1]} for name, (x, y) in places.items()
    ]
    arrows = [
        {"start": other, "end": name, "path": _arrow(places[other], places[name])}
        for name, rule in rules.items()
        for other in direct_before(rules, name)
    ]
    width = LEFT + (1 + max(rule.depth for rule in rules.values())) * (BOX[0] + GAP)
    return Diagram(width, top, bands, boxes, arrows)


def direct_before(rules: Mapping[str, Rule], name: str) -> list[str]:
    """Return the rules before a rule that are before no other of them."""
    before = rules[name].before
    implied = {earlier.name for other in before for earlier in all_before(rules, other)}
    return [other for other in before if other not in implied]


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    x, y = start[0] + BOX[0], start[1] + BOX[1] // 2
    to_x, to_y = end[0], end[1] + BOX[1] // 2
    bend = GAP if to_x - x <= GAP else GAP * 2
    return f"M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}"


#: Width and height of a specification curve in its own units, with a margin.
CURVE, MARGIN = (640, 200), 12


@dataclass(frozen=True)
class Curve:
    """Specifications from the smallest estimate to the largest: the `points` with interval and choices, and the line of no effect."""

    width: int
    height: int
    points: list[dict[str, Any]]
    no_effect: float


def draw_curve(rows: Sequence[Mapping[str, str]], no_effect: float) -> Curve | None:
    """Return the curve of a table results/tables/specifications_*.csv; None where no specification has a value."""
    known = sorted(
        (row for row in rows if row["value"]),
        key=lambda row: (float(row["value"]), int(row["specification"])),
    )
    if not known:
        return None
    ends = [float(row[end]) for row in known for end in ("value", "low", "high") if row[end]] + [no_effect]
    low, high = min(ends), max(ends)
    step = (CURVE[0] - 2 * MARGIN) / len(known)

    def height(text: str | float) -> float:
        share = (float(text) - low) / (high - low) if high > low else 0.5
        return round(CURVE[1] - MARGIN - share * (CURVE[1] - 2 * MARGIN), 1)

    names = ("specification", "value", "low", "high", "n", "unit", "provenance")
    points = [
        {
            "x": round(MARGIN + (place + 0.5) * step, 1),
            "y": height(row["value"]),
            # An end that is not known is open: the line goes to the edge.
            "low": height(row["low"]) if row["low"] else CURVE[1] if row["high"] else None,
            "high": height(row["high"]) if row["high"] else 0 if row["low"] else None,
            "row": row,
            "choices": ", ".join(
                f"{name.replace('_', ' ')} {text}" for name, text in row.items() if name not in names
            ),
        }
        for place, row in enumerate(known)
    ]
    return Curve(*CURVE, points, height(no_effect))
