"""Published tables open in a spreadsheet without running anything."""

import csv
import datetime

import duckdb
import pytest

from takedown.core.manifest import compare_manifests, write_manifest
from takedown.core.tables import write_csv, write_query


def written(tmp_path, text: str) -> str:
    write_csv(tmp_path / "t.csv", ["text"], [[text]])
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as file:
        _, [cell] = csv.reader(file)
    return cell


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\n1", "＝1+1", "＋1", "－1", "＠A1"),
        *(
            f"{invisible}=1"
            for invisible in "\xad\u034f\u061c\u200e\u2060\u2066\u2800\u3164\ufe0f\uffa0\U000e0020"
        ),
        *("\u2062\u200d+1", "﹦1", "﹢1", "﹣1", "﹫A1"),
        *(" =1+1", "\u00a0=1+1", '"=1+1"', '" =1', "\ufeff=1+1", "\0=1", "=cmd|' /C calc'!A0"),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path, text):
    assert written(tmp_path, text) == f"'{text}"


@pytest.mark.parametrize("text", ["a=1", "'=1", "1-2", "#x", " text", "–", 'say "=1"'])
def test_a_text_that_no_spreadsheet_would_run_stays_as_it_is(tmp_path, text):
    assert written(tmp_path, text) == text


def test_what_follows_a_return_stays_in_its_cell(tmp_path):
    assert written(tmp_path, "x\r=1\r\ny") == "x\n=1\ny"


def test_numbers_dates_and_truth_values_are_written_plainly(tmp_path):
    write_csv(tmp_path / "t.csv", list("abcd"), [[-1, True, datetime.date(2019, 8, 19), 1 / 3]])
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == "a,b,c,d\n-1,true,2019-08-19,0.333333\n"


def test_a_query_is_written_with_its_column_names(tmp_path):
    write_query(tmp_path / "t.csv", duckdb.connect(), "SELECT $x AS x", x=3)
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == "x\n3\n"


def test_the_manifest_lists_files_in_order_of_their_paths(tmp_path):
    for name, text in (("b.csv", "1"), ("a/c.csv", "2")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    write_manifest([tmp_path / "b.csv", tmp_path / "a/c.csv"], tmp_path, tmp_path / "M")
    digest_of_2 = "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35"
    assert (tmp_path / "M").read_text().splitlines()[0] == f"{digest_of_2}  a/c.csv"


def test_two_manifests_are_compared_line_by_line(tmp_path):
    (tmp_path / "x").write_text(f"{'0' * 64}  same\n{'1' * 64}  changed\n{'2' * 64}  gone\n")
    (tmp_path / "y").write_text(f"{'0' * 64}  same\n{'3' * 64}  changed\n{'4' * 64}  added\n")
    assert compare_manifests(tmp_path / "x", tmp_path / "y") == [
        "added is new",
        "changed differs",
        "gone is missing",
    ]
