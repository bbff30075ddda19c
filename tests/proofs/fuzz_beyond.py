"""Cases beyond ingestion: damaged Parquet in the search for pairs; hostile text in figures, tables, networks, pages, paper."""

import csv
import json
import random
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from xml.etree import ElementTree

import duckdb
import numpy as np

from takedown.audit.site import write_site
from takedown.coordination.export import EDGE_ATTRIBUTES, write_gexf, write_graphml
from takedown.core.errors import InputError
from takedown.core.tables import write_csv
from takedown.figures import style as look
from takedown.pairs.report import MEANINGS, write_pairs
from takedown.paper.typeset import compile_paper
from tests.audit.site_by_hand import study_of, views_of
from tests.proofs.fuzz_damage import damage_text
from tests.test_paper import PAPER, make_inputs

#: Parts of hostile texts: markup of Matplotlib, Typst, HTML and XML, formulas, controls and invisible characters.
MARKUP = [
    *(
        "$x^$",
        "$\\frac{$",
        "#panic()",
        "#eval(",
        "@ref",
        "<label>",
        "*b",
        "_i",
        "`c",
        "[[",
        "]]>",
        "/*",
        "\\",
    ),
    *(
        "<script>alert(1)</script>",
        "&amp;",
        "&#x0;",
        "'",
        '"',
        "{{x}}",
        "%s",
        "<!--",
        "-->",
        "--",
        "\0",
        "\x1b[2J",
    ),
    *("=1+1", "+1", "-1", "@A1", "\u200b=1", "\u2060@x", "\U000e0020=1", "＝1", "\t", "\r", "\n", "\u2028"),
    *("\u202e", "\ufeff", "\ufffe", "😀", "é", "e\u0301", "\U0010ffff", "字", "x" * 300),
]


@dataclass
class FurtherCase:
    """A case with its own trial, which gets an empty folder and returns the fate."""

    family: str
    attempt: Callable[[Path], str]


def pairs_of_parquet(rng: random.Random) -> FurtherCase:
    """Events in Parquet, sound or damaged anywhere or where the columns are described."""
    times = ["1566208800 + i", "'2019-08-19 10:00:' || lpad((i % 60)::VARCHAR, 2, '0')", "make_timestamp(i)"]
    query = f"SELECT 'a' || i % 7 AS account, 'o' || i % 5 AS object, {rng.choice(times)} AS time FROM range(300) t(i)"
    packing, damage = rng.choice(["snappy", "zstd", "uncompressed", "gzip"]), rng.choice([0, 1, 1, 2, 5])

    def attempt(folder: Path) -> str:
        path = folder / "events.parquet"
        with duckdb.connect() as connection:
            connection.sql(query).write_parquet(str(path), compression=packing, row_group_size=100)
        data = path.read_bytes()
        for _ in range(damage):
            end = rng.choice([0, max(len(data) - 400, 0)])
            data = data[:end] + damage_text(data[end:] or b"x", rng)
        path.write_bytes(data)
        outputs = {name: folder / f"{name}.csv" for name in ("pairs", "bursts", "summary")}
        limits = {"memory_mb": 200, "threads": 1, "largest_bytes": 1e9, "largest_ratio": 200}
        try:
            write_pairs(path, outputs, scratch=folder, window=60, cap=1000, min_objects=1, **limits)
        except InputError as error:
            sentence = str(error)
            assert damage and sentence.isprintable() and path.name in sentence and sentence.endswith("."), (
                sentence
            )
            assert [found.name for found in folder.iterdir()] == [path.name]
            return f"refused: {sentence.partition('(')[0].replace(str(folder), '')}"
        with outputs["summary"].open() as file:
            counts = {row["what"]: int(row["number"]) for row in csv.DictReader(file)}
        parts = list(MEANINGS)[1 : list(MEANINGS).index("compared") + 1]
        assert counts["records"] == sum(counts[part] for part in parts)
        assert damage or counts["records"] == 300
        return "read"

    return FurtherCase("pairs, Parquet", attempt)


@cache
def _results() -> dict[str, Path]:
    return make_inputs(Path(mkdtemp(prefix="fuzz_paper_")) / "results")


def hostile_text(rng: random.Random) -> FurtherCase:
    """Names of hostile text in a figure, a table, a network and, now and then, the pages and the paper."""
    text = "".join(rng.choice(MARKUP) for _ in range(rng.randint(1, 6)))
    is_for_pages, is_for_paper = rng.random() < 0.3, rng.random() < 0.1

    def attempt(folder: Path) -> str:
        _draw(text, folder)
        write_csv(folder / "t.csv", ["a", "b"], [[text, 1], ["x", 2]])
        with (folder / "t.csv").open(newline="", encoding="utf-8") as file:
            _, [cell, _], _ = csv.reader(file)
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        unseen = ("Cc", "Cf", "Zs", "Zl", "Zp")
        seen = "".join(character for character in plain if unicodedata.category(character) not in unseen)
        is_formula = unicodedata.normalize("NFKC", seen).lstrip('"').startswith(("=", "+", "-", "@"))
        assert cell == f"'{plain}" if is_formula else cell in (plain, f"'{plain}")
        names, one = np.array([text, text]), np.array([text])
        edges = {"account_a": np.array(["a"]), "account_b": np.array(["b"]), "days": np.array([1])}
        edges |= dict.fromkeys(EDGE_ATTRIBUTES, one)
        for write, file in ((write_graphml, "n.graphml"), (write_gexf, "n.gexf")):
            write({"account": np.array(["a", "b"]), "subject": names}, edges, folder / file)
            ElementTree.parse(folder / file)
        if is_for_pages:
            # Names of archives have no plus, which joins them.
            assert _pages(text.replace("+", ""), folder) == _plain_pages()
        if is_for_paper:
            _set_paper(text, folder)
        return "read"

    return FurtherCase("hostile text", attempt)


def _draw(text: str, folder: Path) -> None:
    with look.figure_style(), warnings.catch_warnings():
        # A character that no font has is shown as a box.
        warnings.simplefilter("ignore", UserWarning)
        figure = look.new_figure(89, 40)
        axes = look.add_axes(figure, 10, 10, 70, 25)
        axes.plot([0, 1], [0, 1], label=text)
        axes.set(title=text, xlabel=text, ylabel=text)
        axes.set_xticks([0, 1], [text, text])
        axes.legend()
        paths = [folder / f"figure.{kind}" for kind in ("pdf", "svg", "png")]
        look.save_figure(figure, paths, {"operation": "release"}, {"operation": text})
    ElementTree.parse(folder / "figure.svg")


def _pages(text: str, folder: Path) -> Counter:
    """Write the pages of a study in which every text is `text`; return how often each element with its attributes occurs."""
    views = views_of(text)
    study, index = study_of(folder / "study", text), folder / "results/index.html"
    write_site(study, views, index, folder / "results/audit", folder / "results/digests")
    found = _Elements()
    for path in (index, *sorted((folder / "results/audit").rglob("*.html"))):
        found.feed(path.read_bytes().decode())
        found.close()
    data = (folder / "results/audit/data/views.js").read_bytes().decode()
    assert text in [
        account
        for account, *_ in json.loads(data[data.index("{") : data.rindex("}") + 1])["network"]["nodes"]
    ]
    return found.elements


@cache
def _plain_pages() -> Counter:
    with TemporaryDirectory(prefix="fuzz_pages_") as folder:
        return _pages("plain", Path(folder))


class _Elements(HTMLParser):
    """The elements of pages with the names of their attributes; without spans, with which code is coloured."""

    def __init__(self):
        super().__init__()
        self.elements: Counter = Counter()

    def handle_starttag(self, tag, attributes):
        if tag != "span":
            self.elements[tag, *(name for name, _ in attributes)] += 1


def _set_paper(text: str, folder: Path) -> None:
    inputs = dict(_results())
    for name, columns in (("claims", ("claim", "reason")), ("measures", ("unit",)), ("archives", ("name",))):
        with inputs[f"{name}.csv"].open(newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        places = {header.index(column) for column in columns}
        marked = [[text if place in places else cell for place, cell in enumerate(row)] for row in rows]
        inputs[f"{name}.csv"] = folder / f"{name}.csv"
        write_csv(inputs[f"{name}.csv"], header, marked)
    compile_paper(PAPER, inputs, folder / "paper.pdf", folder / "supplement.pdf")
    assert (folder / "paper.pdf").read_bytes().startswith(b"%PDF")
