"""Archives damaged at random: the first of the cases that `make fuzz` tries, and whether it would notice a fault."""

import os
import random
from glob import escape

import duckdb
import pytest

from takedown.core.errors import InputError
from tests.ingest_files import ingest_files
from tests.proofs import fuzz_forms, fuzz_oracle
from tests.proofs.fuzz_archives import Outcome, run
from tests.proofs.fuzz_cases import make_case
from tests.proofs.fuzz_families import known_damage
from tests.proofs.fuzz_oracle import Violation, try_case


@pytest.mark.parametrize("seed", range(64))
def test_a_damaged_archive_is_accounted_for_or_refused_in_a_sentence(tmp_path, seed):
    try_case(make_case(seed), tmp_path)


@pytest.fixture
def case():
    """Return accounts of which some must be rejected, and all fates are known."""
    made = known_damage(random.Random(7), fuzz_forms.account_list(random.Random(7)))
    assert (made.holds, made.refusal, len(made.files)) == ("exact", "never", 1)
    return made


def try_with(monkeypatch, case, folder, change) -> None:
    """Try a case as if it had been read otherwise: `change` gets what was read, or stands in the way of it."""

    def read(*arguments, **limits):
        result = ingest_files(*arguments, **limits)
        change(result)
        return result

    monkeypatch.setattr(fuzz_oracle, "ingest_files", read)
    try_case(case, folder)


def rewrite(result, table: str, query: str) -> None:
    """Write a table again as the query has it, which calls it `written`."""
    with duckdb.connect() as connection:
        connection.read_parquet(escape(str(result.outputs[table]))).create("written")
        connection.sql(query).write_parquet(str(result.outputs[table]))


#: The first account is lost from the rows of a file.
WITHOUT_ONE = (
    "SELECT * REPLACE (CASE WHEN account_id = (SELECT min(account_id) FROM written WHERE fault IS NULL) "
    "THEN 'lost' ELSE fault END AS fault) FROM written"
)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"account_row": WITHOUT_ONE}, "kept rows are missing"),
        ({"account_row": "SELECT * REPLACE (account_id || '0' AS account_id) FROM written"}, "was lost"),
        ({"account_row": "SELECT * REPLACE (created_on + 1 AS created_on) FROM written"}, "is not"),
        ({"rejected_row": "FROM written OFFSET 1"}, "rejected rows are missing"),
        ({"rejected_row": "SELECT * REPLACE (2 AS record) FROM written"}, "rejected twice"),
        (
            {"rejected_row": "SELECT * REPLACE (record + 1 AS record) FROM written"},
            "no such number|rejected are",
        ),
        ({"row_account": "SELECT * REPLACE (rows_kept + 1 AS rows_kept) FROM written"}, "does not add up"),
        (
            {
                "account_row": WITHOUT_ONE,
                "row_account": "SELECT * REPLACE (rows_kept - 1 AS rows_kept, rows_duplicate + 1 AS rows_duplicate) "
                "FROM written",
            },
            "was lost",
        ),
    ],
)
def test_a_row_that_is_lost_moved_or_changed_is_noticed(monkeypatch, tmp_path, case, changes, sentence):
    def change(result):
        for table, query in changes.items():
            rewrite(result, table, query)

    with pytest.raises(Violation, match=sentence):
        try_with(monkeypatch, case, tmp_path, change)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("{} is damaged; download it again.", "was refused"),
        ("{} is damaged\nTraceback.", "is not a sentence"),
        ("a file is damaged; download it again.", "names no file"),
    ],
)
def test_a_refusal_that_is_out_of_place_or_no_sentence_is_noticed(
    monkeypatch, tmp_path, case, words, sentence
):
    def refuse(result):
        raise InputError(words.format(case.files[0][0]))

    if sentence != "was refused":
        case.refusal = "allowed"
    with pytest.raises(Violation, match=sentence):
        try_with(monkeypatch, case, tmp_path, refuse)


def test_a_file_that_is_left_behind_is_noticed(monkeypatch, tmp_path, case):
    with pytest.raises(Violation, match=r"files are left or missing: \{'in/x.csv'\}"):
        try_with(monkeypatch, case, tmp_path, lambda result: (tmp_path / "in/x.csv").touch())


def end_at_the_second(connection, folder):
    while True:
        if (seed := connection.recv()) == 1:
            os._exit(3)
        connection.send(Outcome(seed, "any", "read", folder))


def test_a_process_that_ends_is_a_fault_of_its_case_alone(tmp_path, capsys):
    outcomes = run(range(4), 1, str(tmp_path), end_at_the_second)
    assert [outcome.fate for outcome in outcomes] == ["read", "FAILED: the process ended (3)", "read", "read"]
    assert "seed 1 " in capsys.readouterr().out
