"""Captions of figures, told where a panel is drawn: none speaks of a panel, a control or a language that is not there."""

import json
from dataclasses import asdict, dataclass, field
from weakref import WeakKeyDictionary

from matplotlib.figure import Figure


@dataclass
class Caption:
    """What a figure `shows`, as a sentence; the `panels` by letter, in order; and a `note` on how to read it.

    A figure that has nothing to show in a study has an empty caption. `provenance` is the weakest of what the figure shows,
    empty for a figure of no records; `is_wide` says that it has the width of two columns.
    """

    shows: str = ""
    panels: dict[str, str] = field(default_factory=dict)
    note: str = ""
    provenance: str = ""
    is_wide: bool = True

    def as_json(self) -> str:
        """Return the caption for the paper, with a list of panels, each a letter and what it shows."""
        panels = [{"panel": letter, "shows": words} for letter, words in self.panels.items()]
        return json.dumps(asdict(self) | {"panels": panels}, ensure_ascii=False, indent=1) + "\n"

    def as_rst(self) -> str:
        """Return the caption for Snakemake's report, as reStructuredText in which no character has a meaning of its own."""
        panels = "; ".join(f"({letter}) {words}" for letter, words in self.panels.items())
        told = f"{self.shows.removesuffix('.')}: {panels}." if panels else self.shows
        words = f"{told} {self.note}".strip() or "This study has nothing to show here."
        # The report is a template too, so braces are kept from it.
        marked = "".join(f"\\{letter}" if letter in r"\*_`|" else letter for letter in words)
        return marked.replace("{", "&#123;") + "\n"


_CAPTIONS: WeakKeyDictionary[Figure, Caption] = WeakKeyDictionary()


def caption_of(figure: Figure) -> Caption:
    """Return the caption of a figure, to which its panels are added as they are drawn."""
    return _CAPTIONS.setdefault(figure, Caption())


def describe(figure: Figure, shows: str, note: str = "") -> None:
    """Say what a figure shows as a whole, and how to read it."""
    caption = caption_of(figure)
    caption.shows, caption.note = shows, note


def in_words(names: list[str], before: str = "") -> str:
    """Join names with commas and "and", each after the same words.

    >>> in_words(["operation", "control"], "of the ")
    'of the operation and of the control'
    """
    told = [before + name for name in names]
    return " and ".join(filter(None, [", ".join(told[:-1]), *told[-1:]]))
