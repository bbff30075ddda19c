"""Claims that numbers of others answer: which, with whose name, and that records at hand come first."""

# ruff: noqa: F811 (fixtures that are imported are named by the tests)

import csv
import re

import pytest

from takedown.claims.answers import answer_measures, measure_of
from takedown.claims.judge import BEYOND, NEEDS_RECORDS, judge_claims
from takedown.claims.ledger import load_claims
from takedown.core.database import insert_reproduced
from takedown.core.measure_catalogue import load_catalogue
from takedown.core.paths import RESOURCES
from takedown.reported.numbers import read_numbers, write_number_table
from takedown.reported.reproduce import COLUMNS
from tests.claims.test_judge import QUERIES, USED, add_archive, add_measure, connection, judge, ledger  # noqa: F401 (fixtures)
from tests.reported.reported_study import registry

AUGUST = "china_082019_1+china_082019_2"


@pytest.fixture(scope="module")
def number_table(tmp_path_factory):
    """Return the file of the table reported_number, as the study has it."""
    path = tmp_path_factory.mktemp("reported") / "reported_number.parquet"
    write_number_table(read_numbers(registry()), path)
    return path


@pytest.fixture
def reported(connection, number_table):
    """Return a database that holds the numbers of others, the names of the study's archives and nothing else."""
    connection.execute(
        "INSERT INTO reported_number BY NAME FROM read_parquet($file)", {"file": str(number_table)}
    )
    for archive in ("china_082019_1", "china_082019_2", "china_092019", "facebook_082019"):
        add_archive(connection, archive, "aggregate")
    return connection


def reproduce(connection, folder, measure, observed, provenance="release", archives=AUGUST):
    """Say that the study counted a number that others published."""
    rows = connection.execute(
        "SELECT population, source, locator FROM reported_number WHERE archive_id = ? AND measure = ?",
        [archives, measure],
    ).fetchall()
    given = {
        "archive_id": archives,
        "measure": measure,
        "observed": observed,
        "observed_provenance": provenance,
    }
    with (folder / "reproduced.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for population, source, locator in rows:
            writer.writerow(
                given | {"population": population, "source": source, "locator": locator, "agrees": "no"}
            )
    insert_reproduced(connection, folder / "reproduced.csv")


def test_numbers_of_others_answer_what_they_say(reported, ledger):
    rows = judge_claims(reported, ledger, QUERIES, USED)
    found = {
        row["id"]: (row["verdict"], row["observed"])
        for row in rows
        if row["provenance"] == "reported" and row["verdict"] not in (NEEDS_RECORDS, BEYOND)
    }
    assert found == {
        "nearly-1000": ("consistent", 905),
        "facebook": ("consistent", 5),
        "aspi-2019-small": ("consistent", pytest.approx(24362 / 3606186)),
        "aspi-2019-chinese": ("undecided", pytest.approx(169363 / 3606186)),
        "npr-2019-posts": ("consistent", 3614909),
        "chua-2019-peak-year": ("consistent", 2017),
        "chua-2019-peak-months": ("undecided", pytest.approx((66557 + 70521) / (167274 + 139164))),
        "chua-2019-surge": (
            "undecided",
            pytest.approx((169156 + 107739 + 145922) / (156432 + 157504 + 187753)),
        ),
        "september-created": ("consistent", pytest.approx((617 + 816 + 822 + 65) / 4301)),
        "gubello-2019-indonesian": ("contradicted", 4898835),
        "gubello-2019-chinese": ("consistent", 743190),
        "september-hong-kong": ("consistent", pytest.approx(132104 / 10241545 / (1215 / 3606186))),
        "september-state-media": ("consistent", pytest.approx(7279 / 10241545 / (353 / 3606186))),
    }


@pytest.mark.parametrize(
    ("claim", "verdict", "observed"),
    [
        ("after-suspension", NEEDS_RECORDS, 65),
        ("state-media", BEYOND, 353),
        ("aspi-2019-spam", NEEDS_RECORDS, 0.047),
    ],
)
def test_a_number_that_only_describes_decides_nothing(reported, ledger, claim, verdict, observed):
    row = judge(reported, ledger, claim)
    assert (row["verdict"], row["provenance"]) == (verdict, "reported")
    assert row["observed"] == pytest.approx(observed, abs=0.0005)


def test_a_number_of_others_has_no_interval_and_says_whose_it_is(reported, ledger):
    row = judge(reported, ledger, "nearly-1000")
    assert (row["low"], row["high"]) == (None, None)
    assert (
        "The number was reported by Facebook's own announcement (copied by basel2020) and by Chua Chin Hon (chua2019); this study did not compute it."
        in row["reason"]
    )


def test_everybody_whose_number_answers_a_claim_is_a_document_of_the_ledger(reported, ledger):
    for check in (check for claim in ledger["claims"] for check in claim["checks"] if check.query):
        answer = reported.execute((QUERIES / check.query).read_text(encoding="utf-8")).fetchall()
        sources = [source for row in answer if row[5] for source in row[5].split(" and ")]
        assert all(
            set(re.findall(r"[a-z]+[0-9]{4}[a-z]*", source)) & set(ledger["documents"]) for source in sources
        ), check.query


def test_works_that_the_ledger_names_are_in_the_bibliographies(root, ledger):
    text = "".join(
        (root / "paper" / name).read_text(encoding="utf-8") for name in ("references.bib", "reported.bib")
    )
    works = {key for key, document in ledger["documents"].items() if not document["sha256"]} - {"this-study"}
    assert [key for key in sorted(works) if f"{{{key},\n" not in text] == []


def test_what_the_records_give_comes_before_what_others_reported(reported, ledger, tmp_path):
    reproduce(reported, tmp_path, "posts.total", 3599999)
    row = judge(reported, ledger, "npr-2019-posts")
    assert (row["verdict"], row["observed"], row["provenance"]) == ("contradicted", 3599999, "release")
    assert "reported by" not in row["reason"]


def test_a_number_that_rests_on_records_and_on_a_report_is_a_reported_one(reported, ledger, tmp_path):
    reproduce(reported, tmp_path, "accounts.with_posts", 880)
    row = judge(reported, ledger, "nearly-1000")
    assert (row["verdict"], row["observed"], row["provenance"]) == ("contradicted", 895, "reported")
    assert "reported by Facebook's own announcement (copied by basel2020); this" in row["reason"]


def test_a_simulated_calendar_answers_no_query(reported, ledger):
    reported.execute("INSERT INTO creation_day VALUES ('china_082019_1', '2017-01-01', 'en', 9, 'replica')")
    row = judge(reported, ledger, "chua-2019-created")
    assert (row["verdict"], row["observed"], row["demonstration"]) == (NEEDS_RECORDS, None, None)
    reported.execute(
        "INSERT INTO creation_day VALUES ('china_082019_2', '2017-12-31', 'en', 3, 'aggregate'), ('china_082019_2', '2018-01-01', 'en', 1, 'aggregate')"
    )
    row = judge(reported, ledger, "chua-2019-created")
    assert (row["verdict"], row["observed"], row["provenance"]) == ("consistent", 0.75, "aggregate")


def test_a_study_of_another_campaign_is_told_nothing_by_numbers_on_hong_kong(reported, ledger):
    reported.execute("DELETE FROM archive")
    others = {"operation": ["thailand_092020"], "posting_series": ["thailand_092020"], "control": []}
    rows = judge_claims(reported, ledger, QUERIES, USED, others)
    assert {(row["observed"], row["demonstration"]) for row in rows} == {(None, None)}
    assert answer_measures(reported, ledger, QUERIES, others) == []


def test_answers_are_measures_that_the_catalogue_lists(reported, ledger):
    catalogue = load_catalogue(RESOURCES / "measures.csv", [])
    measures = answer_measures(reported, ledger, QUERIES)
    assert {(row.rule, row.low, row.high, row.n) for row in measures} == {
        ("measure_claims", None, None, None)
    }
    assert all(catalogue.allows(row.measure, row.subject) for row in measures)
    (row,) = [row for row in measures if row.measure == "claim.august_posts"]
    assert (row.subject, row.value, row.unit) == ("operation", 3614909, "posts")
    assert row.method == "as reported by chua2019 (workflow/sql/claims/august-posts.sql)"


def test_the_catalogue_lists_the_answer_of_every_query_and_no_other(ledger):
    listed = {
        name for name in load_catalogue(RESOURCES / "measures.csv", []).subjects if name.startswith("claim.")
    }
    ledgers = [ledger, *map(load_claims, sorted((RESOURCES / "campaign_claims").glob("*.yaml")))]
    claims = [claim for one in ledgers for claim in one["claims"]]
    assert listed == {measure_of(check.query) for claim in claims for check in claim["checks"] if check.query}
