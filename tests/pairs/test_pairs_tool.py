"""`snakemake pairs`: from a file of events of any platform to pairs, bursts and an account of every row."""

import csv
import os
import random
import subprocess
import sys
import zipfile

import duckdb
import pytest

from takedown.core.errors import InputError
from takedown.pairs.report import MEANINGS, write_pairs
from tools.scratch import ROOT, copy_repository

EVENTS = "account,object,time\nb,x,2019-08-19 10:00:59\na,x,2019-08-19 10:00:00\nc,y,2019-08-19 10:00:00\n"
NAMES = ("pairs", "bursts", "summary")


@pytest.fixture
def find(tmp_path):
    """Return a function that writes a file of events and returns the three tables found in it, as lists of rows."""

    def find(content, name="events.csv", **choices):
        path = tmp_path / name
        if isinstance(content, str):
            path.write_bytes(content.encode())
        elif content is not None:
            content(path)
        outputs = {name: tmp_path / f"{name}.csv" for name in NAMES}
        limits = {"memory_mb": 200, "threads": 1, "largest_bytes": 1e9, "largest_ratio": 200}
        usual = {"window": 60, "cap": 1000, "min_objects": 1} | limits
        write_pairs(
            path,
            outputs,
            scratch=tmp_path / "scratch",
            **(usual | choices),
        )
        tables = [list(csv.DictReader(output.open(newline=""))) for output in outputs.values()]
        return *tables[:2], {row["what"]: int(row["number"]) for row in tables[2]}

    return find


def test_pairs_of_a_csv_are_written_by_name(find):
    pairs, bursts, summary = find(EVENTS)
    row = {
        "account_a": "a",
        "account_b": "b",
        "event_pairs": "1",
        "objects": "1",
        "events_a": "1",
        "events_b": "1",
    }
    assert pairs == [row]
    assert bursts == []
    assert summary["pairs"] == 1


def test_every_record_of_the_file_is_accounted_for(find):
    broken = 'a,x\n"a,x,1\n\na,,2019-08-19\na,x,\n,x,1\na,x,noon\nb,x,2019-08-19 10:00:59\nd,z,1566208800.5\n'
    _, _, summary = find(EVENTS + broken)
    parts = list(MEANINGS)[1 : list(MEANINGS).index("compared") + 1]
    assert summary["records"] == 12 == sum(summary[part] for part in parts)
    assert summary["unreadable_record"] == 3
    assert summary["duplicate"] == 1
    assert summary["cut_to_the_second"] == 1
    assert [summary[f"without_{what}"] for what in ("account", "object", "time")] == [1, 1, 1]


def test_words_for_a_missing_value_make_no_pairs_and_are_counted(find):
    rows = "".join(
        f"{name},{word},2019-08-19 10:00:00\n{word},x,2019-08-19 10:00:00\n{name},y,{word}\n"
        for name in "ab"
        for word in ("NA", "null", "None", "NaN")
    )
    pairs, _, summary = find("account,object,time\n" + rows)
    assert pairs == []
    assert [summary[f"without_{column}"] for column in ("account", "object", "time")] == [8, 8, 8]


def test_the_words_for_a_missing_value_can_be_chosen(find):
    content = "account,object,time\nb,NA,2019-08-19 10:00\na,NA,2019-08-19 10:00\n-,NA,2019-08-19 10:00\n"
    pairs, _, summary = find(content, missing=["-"])
    assert [(row["account_a"], row["account_b"]) for row in pairs] == [("a", "b")]
    assert summary["without_account"] == 1


def test_a_time_that_parquet_holds_as_no_number_is_missing(find):
    rows = "VALUES ('a', 'x', 'nan'::DOUBLE), ('b', 'x', 1.0)"
    _, _, summary = find(
        lambda path: duckdb.sql(f"FROM ({rows}) t(account, object, time)").write_parquet(str(path)),
        "e.parquet",
    )
    assert (summary["without_time"], summary["unreadable_time"]) == (1, 0)


@pytest.mark.parametrize(
    "record", [b"a,x,1,", b"a,x", b"", b" ", b"a,\xff,1", b"a,x,1,1", b"a" * 4_000_001 + b",x,1"]
)
@pytest.mark.parametrize("quoted", [b"", b'"q",z,5\n'])
def test_a_record_that_cannot_be_read_is_counted_and_costs_no_other(find, record, quoted):
    content = EVENTS.encode() + quoted + record + b"\na,y,2019-08-19 10:00:30\n"
    pairs, _, summary = find(lambda path: path.write_bytes(content))
    assert [(row["account_a"], row["account_b"]) for row in pairs] == [("a", "b"), ("a", "c")]
    assert (summary["records"], summary["unreadable_record"]) == (5 + bool(quoted), 1)


@pytest.mark.parametrize("end", ["\n", '\n"d",x,1\n'])
def test_a_record_is_judged_by_its_further_columns_too(find, end):
    rows = f"more,account,object,time\n1,a,x,0\n2,b,x,1\n\xff,c,x,2{end}".encode("latin-1")
    pairs, _, summary = find(lambda path: path.write_bytes(rows.replace(b'"d",', b'"d",d,')))
    assert [(row["account_a"], row["account_b"]) for row in pairs if row["account_b"] != "d"] == [("a", "b")]
    assert summary["unreadable_record"] == 1


def test_a_burst_is_reported_in_a_table_of_its_own(find):
    rows = "".join(f"a{number},viral,{number}\n" for number in range(5))
    pairs, bursts, summary = find(f"account,object,time\n{rows}", cap=3)
    assert pairs == []
    assert [(row["object"], row["events"], row["event_pairs"]) for row in bursts] == [("viral", "5", "10")]
    assert (summary["in_a_burst"], summary["cap"]) == (5, 3)


def test_csv_zip_and_parquet_give_the_same(find, tmp_path):
    def pack(path):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("one.csv", EVENTS[: EVENTS.index("c,y")])
            archive.writestr("two.csv", "time,more,object,account\n2019-08-19 10:00:00,?,y,c\n")

    def write_parquet(path):
        duckdb.read_csv(str(tmp_path / "events.csv")).write_parquet(str(path))

    expected = find(EVENTS)
    assert find(pack, "events.zip") == expected
    assert find(write_parquet, "events.parquet") == expected
    assert find(EVENTS.replace("\n", "\r\n"), "windows.csv") == expected


@pytest.mark.parametrize("name", ["events.csv.zst", "events.csv.gz"])
def test_plain_text_is_read_whatever_packing_its_name_says(find, name):
    assert find(EVENTS, name) == find(EVENTS)


def test_ids_of_many_digits_stay_what_they_are(find):
    pairs, _, _ = find(
        "account,object,time\n1163115266843639808,0012,1\n1163115266843639809,0012,1\n0001,12,1\n"
    )
    assert [(row["account_a"], row["account_b"]) for row in pairs] == [
        ("1163115266843639808", "1163115266843639809")
    ]


def test_no_id_becomes_a_formula_in_a_spreadsheet(find):
    hostile = ["=1+1", "@x", "-5", "+5", " =1", '"=1', "\u200b=1", "＝1", "\t=x"]
    hostile += ["\u2060=1", "\U000e0020=1", "\u3164@x", "\xad+1", "﹦1"]
    rows = "".join('"{}","=object",1\n'.format(account.replace('"', '""')) for account in ["anna", *hostile])
    pairs, bursts, _ = find(f"account,object,time\n{rows}", cap=len(hostile) - 1)
    assert (pairs, [row["object"] for row in bursts]) == ([], ["'=object"])
    pairs, _, _ = find(f"account,object,time\n{rows}")
    written = {account for row in pairs for account in (row["account_a"], row["account_b"])}
    assert written == {"anna", *(f"'{account}" for account in hostile)}


def test_the_scratch_folder_is_left_empty_and_nothing_half_written_stays(find, tmp_path):
    find(EVENTS)
    assert list((tmp_path / "scratch").iterdir()) == []
    assert not list(tmp_path.rglob("*.working"))


def test_too_little_memory_is_said_in_one_sentence_and_leaves_nothing(find, tmp_path):
    rows = "".join(f"a{number % 50},{'x' * 999}{number % 7},{number}\n" for number in range(5000))
    with pytest.raises(
        InputError, match=r"events\.csv needs more memory than pairs\.memory_mb allows; raise it"
    ):
        find(f"account,object,time\n{rows}", memory_mb=3)
    assert list((tmp_path / "scratch").iterdir()) == []
    assert not list(tmp_path.rglob("*.working"))


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (None, "absent.csv", r"absent\.csv does not exist"),
        (None, "absent.parquet", r"absent\.parquet does not exist"),
        ("", "empty.csv", "is empty"),
        ("account,object\na,x\n", "short.csv", r"short\.csv has no column 'time'"),
        ("no parquet", "false.parquet", r"false\.parquet cannot be read as Parquet"),
        ("account,object,time\na,x,noon\n", "noon.csv", r"No time of .*noon\.csv can be read"),
        (f"account,object,time{',x' * 100_000}\n" * 9, "wide.csv", r"wide\.csv has 100003 columns"),
        ("account,object,time\na,x,1566208800000\n", "ms.csv", r"Times of .*ms\.csv are after"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence_that_names_it(
    find, tmp_path, content, name, sentence
):
    with pytest.raises(InputError, match=sentence):
        find(content, name)
    assert not list(tmp_path.rglob("*.working"))
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize("seed", range(24))
def test_damaged_parquet_is_read_or_refused_in_one_sentence(find, tmp_path, seed):
    rng = random.Random(seed)

    def write(path):
        values = "'a' || i % 7 AS account, 'o' || i % 5 AS object, 1566208800 + i AS time"
        duckdb.sql(f"SELECT {values} FROM range(300) t(i)").write_parquet(
            str(path), compression=rng.choice(["snappy", "zstd", "uncompressed", "gzip"]), row_group_size=100
        )
        damaged = bytearray(path.read_bytes())
        for _ in range(3):
            # Half of the damage is at the end, where the columns are described.
            place = rng.randrange(rng.choice([0, len(damaged) - 400]), len(damaged))
            damaged[place : place + rng.choice([1, 1, 9])] = rng.randbytes(rng.choice([1, 1, 0, 9]))
        path.write_bytes(damaged)

    try:
        find(write, "events.parquet")
    except InputError as error:
        sentence = str(error)
        assert "events.parquet" in sentence and sentence.isprintable() and sentence.endswith(".")
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_plain_csv_is_searched_without_loading_numpy(tmp_path):
    (tmp_path / "events.csv").write_text(EVENTS)
    program = (
        "import sys, duckdb; from takedown.pairs import event_file, report; "
        "limits = dict(threads=1, largest_bytes=1e9, largest_ratio=200); "
        "event_file.read_events(duckdb.connect(), 'events.csv', '.', **limits); "
        "print('numpy' in sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True)
    assert done.stdout.decode().strip() == "False", done.stderr.decode()


def test_snakemake_finds_the_pairs_of_the_file_that_the_configuration_names(tmp_path):
    folder = copy_repository(tmp_path / "study", with_data=False)
    (folder / "mine.csv").write_text(EVENTS)
    (folder / "mine.yaml").write_text(
        "pairs: {events: mine.csv, window_seconds: 58, scratch_folder: elsewhere}\n"
    )
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "none", "--cores", "1", "pairs"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*arguments):
        return subprocess.run(
            [*command, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    assert "pairs.events: is missing" in run("--dry-run").stdout
    done = run("--configfile", "mine.yaml")
    assert done.returncode == 0, done.stderr
    assert (folder / "results/pairs/pairs.csv").read_text().splitlines() == [
        "account_a,account_b,event_pairs,objects,events_a,events_b"
    ]
    assert "window_seconds,58," in (folder / "results/pairs/summary.csv").read_text()
    assert list((folder / "elsewhere").iterdir()) == []
    (folder / "mine.yaml").write_text("pairs: {events: other.csv}\n")
    assert "pairs.events: other.csv does not exist" in run("--configfile", "mine.yaml").stderr
