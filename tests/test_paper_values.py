"""Every value that the paper prints comes from a column of a table; the paper is not set without one that it needs."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from takedown.core.errors import InputError
from takedown.core.measures import Measure
from takedown.paper.typeset import set_paper, stage_paper, stage_sentences
from tests.test_paper import PAPER, PARAMETERS, POSTS, made, make_inputs

#: The tables that the paper reads, and what it calls them.
TABLES = {
    "measures.csv": "results/measures.csv",
    "measure_parameters.csv": "results/measure_parameters.csv",
    "claims.csv": "results/claims.csv",
    "claims_demonstrated.csv": "results/tables/claims_demonstrated.csv",
    "archives.csv": "results/tables/archives.csv",
    "reproduction_counts.csv": "results/tables/reproduction_counts.csv",
    "creation_days.csv": "results/tables/creation_days.csv",
    "creation_sessions.csv": "results/tables/creation_sessions.csv",
    "calibration.csv": "workflow/resources/calibration.csv",
    "recovery.csv": "workflow/resources/recovery.csv",
}
#: Columns in which no row may be empty; in others a row may have nothing to say, such as an interval.
FULL = {
    "measures.csv": {"measure", "subject", "unit", "provenance", "rule", "id"},
    "measure_parameters.csv": {"measure", "subject", "parameter", "value", "unit"},
    "claims.csv": {"id", "claim", "document", "verdict", "reason", "bars_sha256"},
    "claims_demonstrated.csv": {"id", "value", "unit"},
    "reproduction_counts.csv": {
        "archive_id",
        "comparable",
        "computed",
        "exactly",
        "within_rounding",
        "differ",
        "explained",
    },
    "archives.csv": {"archive_id", "name", "platform", "role", "provenance", "accounts", "posts"},
    "creation_days.csv": {"date", "accounts", "burst", "provenance"},
    "creation_sessions.csv": {"start_local", "minutes", "accounts", "large", "provenance"},
    "calibration.csv": {
        "method",
        "scenario",
        "quantity",
        "repetitions",
        "rate",
        "low",
        "high",
        "used",
        "role",
    },
    "recovery.csv": {"quantity", "seeds", "method"},
}
#: What sentences print of a measure beside its value.
FIELDS = [
    ("creation.sessions", "operation", "n"),
    ("creation.burst_share_difference", "operation", "low"),
    ("creation.joint_burst_share_difference", "operation", "low"),
    ("posting.office_share", "all", "n"),
    ("specification.office_share_ratio", "all", "n"),
    ("specification.office_share_ratio", "all", "high"),
]
#: Of the simulated rates, the text prints those of this scenario.
SCENARIO = "growing 1 to 20 a day in a year"
REMEDY = ", which the paper prints; make the table again, or take out what prints it."


def asked_measures() -> list[tuple[str, str]]:
    """Return measure and subject of every number that a sentence of the paper asks for."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(PAPER.glob("*.typ")))
    name = r'"([a-z]+\.[a-z0-9_]+)"'
    one_by_one = re.findall(rf'\((?:\s*){name},\s*"([a-z_]+)"', text)
    together = re.findall(r'all-real\(\s*"([a-z]+)",([^()]*)\)', text)
    sentences = (PAPER / "sentences.yaml").read_text(encoding="utf-8")
    in_sentences = re.findall(r"\{([a-z]+\.[a-z0-9_]+)(?:/([a-z_]+))?", sentences)
    return sorted(
        {
            *one_by_one,
            *((measure, subject) for subject, names in together for measure in re.findall(name, names)),
            *((measure, subject or "operation") for measure, subject in in_sentences),
        }
    )


def asked_claims() -> set[str]:
    """Return the claims that a sentence of the paper gives the verdict on."""
    text = "".join(path.read_text(encoding="utf-8") for path in PAPER.glob("*.typ"))
    return set(re.findall(r'(?:verdict|claim)\("([a-z0-9-]+)"\)', text))


def read_rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def write_rows(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def make_all(posts: str) -> list[Measure]:
    """Return every number that the paper asks for, so that it prints every sentence; `posts` is their provenance."""
    of_posts = ("content", "coordination", "life", "violation")
    rows = []
    # A sentence on posts asks for these of each population in turn.
    of_each = {row[:2] for row in POSTS}
    for measure, subject in sorted(of_each.union(asked_measures())):
        is_of_posts = measure.startswith(of_posts) or (
            measure.startswith("posting") and subject in ("operation", "control")
        )
        row = made(
            (measure, subject, 0.5, 0.4, 0.6, 0.2, 100, "share"), posts if is_of_posts else "aggregate"
        )
        rows.append(Measure(**(vars(row) | {"p_adjusted": 0.2})))
    return rows


class Staged:
    """A folder in which the paper is set again and again, each time with one table changed."""

    def __init__(self, folder: Path, posts: str):
        inputs = make_inputs(folder / "results", posts, measures=make_all(posts))
        (folder / "paper").mkdir()
        self.folder = folder / "paper"
        stage_paper(PAPER, inputs, self.folder)
        # References in this style are set twice as fast.
        text = (
            (self.folder / "paper.typ").read_text(encoding="utf-8").replace('style: "apa"', 'style: "ieee"')
        )
        (self.folder / "paper.typ").write_text(text, encoding="utf-8")
        self.tables = {name: read_rows(path) for name, path in inputs.items() if name in TABLES}
        # Rows that no sentence asks for take time to set.
        for name, asked in (("claims.csv", asked_claims()), ("calibration.csv", {SCENARIO})):
            header, *rows = self.tables[name]
            self.tables[name] = [header, *rows[:1], *(row for row in rows[1:] if asked.intersection(row))]
            write_rows(self.folder / name, self.tables[name])
        self.whole = self.set_both()

    def set_both(self) -> list[bytes]:
        """Return the paper and its supplement, with sentences chosen anew."""
        stage_sentences(PAPER / "sentences.yaml", self.folder)
        return [set_paper(self.folder / name) for name in ("paper.typ", "supplement.typ")]

    def set_without(self, name: str, change: Callable[[list[list[str]]], list[list[str]]]) -> str | None:
        """Return the sentence that stops the paper where a table is changed, None where it is set."""
        path = self.folder / name
        write_rows(path, change([list(row) for row in self.tables[name]]))
        try:
            self.set = self.set_both()
        except InputError as error:
            return str(error).removeprefix("The paper cannot be set: ")
        finally:
            write_rows(path, self.tables[name])

    def set_with_empty(self, name: str, column: str, place: int) -> str | None:
        """Return the sentence that stops the paper where one cell of a table is empty."""
        at = self.tables[name][0].index(column)
        return self.set_without(
            name,
            lambda rows: [*rows[:place], [*rows[place][:at], "", *rows[place][at + 1 :]], *rows[place + 1 :]],
        )


@pytest.fixture(scope="module")
def staged(tmp_path_factory) -> Staged:
    return Staged(tmp_path_factory.mktemp("default"), "replica")


@pytest.fixture(scope="module")
def staged_release(tmp_path_factory) -> Staged:
    return Staged(tmp_path_factory.mktemp("release"), "release")


@pytest.mark.parametrize("name", TABLES)
def test_a_column_that_the_paper_prints_stops_it_where_it_is_deleted(staged, name):
    stopped = set()
    for place, column in enumerate(staged.tables[name][0]):
        sentence = staged.set_without(name, lambda rows: [row[:place] + row[place + 1 :] for row in rows])  # noqa: B023
        if sentence is None:
            assert staged.set == staged.whole, column
        else:
            # The calibration table is refused as a whole.
            refused = "calibration.csv does not have the columns" in sentence
            assert refused or sentence == f"{TABLES[name]} has no column {column}{REMEDY}"
            stopped.add(column)
    assert stopped >= FULL[name]


@pytest.mark.parametrize("name", TABLES)
def test_a_value_that_every_row_has_to_have_stops_the_paper_where_it_is_deleted(staged, name):
    for column in sorted(FULL[name]):
        assert (
            staged.set_with_empty(name, column, 1) == f"{TABLES[name]} has no {column} in its row 1{REMEDY}"
        )


@pytest.mark.parametrize(
    ("measure", "subject", "parameter"),
    [(*key, parameter) for key, parameters in PARAMETERS.items() for parameter in parameters],
)
def test_a_setting_of_a_method_stops_the_paper_where_it_is_deleted(
    staged_release, measure, subject, parameter
):
    sentence = staged_release.set_without(
        "measure_parameters.csv",
        lambda rows: [row for row in rows if row[:3] != [measure, subject, parameter]],
    )
    assert sentence == f"results/measure_parameters.csv has no {parameter} of {measure} of {subject}{REMEDY}"


@pytest.mark.parametrize(("measure", "subject", "field"), FIELDS)
def test_a_field_of_a_measure_stops_the_paper_where_it_is_deleted(staged, measure, subject, field):
    place = next(
        place for place, row in enumerate(staged.tables["measures.csv"]) if row[:2] == [measure, subject]
    )
    sentence = staged.set_with_empty("measures.csv", field, place)
    assert sentence == f"results/measures.csv has no {field} of {measure} of {subject}{REMEDY}"


@pytest.mark.parametrize("end", ["low", "high"])
def test_half_an_interval_stops_the_paper(staged, end):
    measure, subject = staged.tables["measures.csv"][1][:2]
    sentence = staged.set_with_empty("measures.csv", end, 1)
    assert sentence == f"results/measures.csv has no {end} of {measure} of {subject}{REMEDY}"


def test_without_a_measure_the_paper_is_set_without_its_sentence_or_stops_with_one(staged):
    rows = staged.tables["measures.csv"]
    assert len(rows) > 90
    for place, (measure, subject, *_) in enumerate(rows[1:], start=1):
        sentence = staged.set_without("measures.csv", lambda rows: rows[:place] + rows[place + 1 :])  # noqa: B023
        if sentence is None:
            assert staged.set != staged.whole
        else:
            assert sentence == f"results/measures.csv has no value of {measure} of {subject}{REMEDY}"


def test_a_claim_that_a_sentence_is_about_stops_the_paper_where_it_is_deleted(staged):
    assert len(asked_claims()) >= 4
    for claim in sorted(asked_claims()):
        sentence = staged.set_without("claims.csv", lambda rows: [row for row in rows if row[0] != claim])  # noqa: B023
        assert sentence == f"results/claims.csv has no claim {claim}{REMEDY}"


def test_a_rate_that_a_sentence_prints_stops_the_paper_where_it_is_deleted(staged):
    for method in ("kleinberg_global", "burst_day_test"):
        sentence = staged.set_without(
            "calibration.csv",
            lambda rows: [row for row in rows if row[:2] != [method, SCENARIO]],  # noqa: B023
        )
        assert (
            sentence == f"workflow/resources/calibration.csv has no scenario {SCENARIO} of {method}{REMEDY}"
        )


def test_no_value_is_read_out_of_a_sentence():
    prose = r"\b(method|demonstration|reason|quotation|would_settle)\.(match|matches|find|contains|split|slice|replace)\b"
    for path in PAPER.glob("*.typ"):
        found = re.findall(prose, path.read_text(encoding="utf-8").replace("row.method.replace", ""))
        assert found == [], path.name
