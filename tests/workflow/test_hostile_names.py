"""Names of folders, files, members and columns are only names: to SQL, a shell, a glob, a spreadsheet and the paper."""

import csv
import json
import re
import shutil
import subprocess
import zipfile
from glob import escape

import duckdb
import pytest
import yaml

from takedown.content.labels import label_posts
from takedown.content.terms import load_outlets, load_terms
from takedown.core.database import open_records, read_sql
from takedown.core.records import write_archive_table, write_published_table
from takedown.core.tables import write_query
from takedown.ingest.layout import USER_COLUMNS
from takedown.ingest.mapping import find_layout
from takedown.ingest.record import identifier
from takedown.paper.typeset import compile_paper
from tests.ingest_files import ingest_files, quoted, tweet
from tests.small_study import make_small_copy, run
from tests.test_paper import PAPER, make_inputs

NAME = 'it\'s "a" $(touch touched) `touch touched`; touch touched & [a]*? #%s é ~ x'
#: As a spreadsheet would begin a formula.
FORMULA = re.compile(r"""[\s"']*[=+\-@＝＋－＠]|[\t\r\n]""")
USER = {"userid": "77", "account_creation_date": "2017-08-30"}


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def formulas(path) -> list[str]:
    with path.open(newline="", encoding="utf-8") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    return [cell for cell in cells if FORMULA.match(cell) and not is_number(cell) and cell[0] != "'"]


def write_users(folder, form: str, names: dict[str, str]):
    """Write one account in a form, its columns named as `names` says; return the path."""
    path, row = folder / f"{NAME}.{form}", {names[column]: value for column, value in USER.items()}
    text = quoted([row], list(row))
    if form == "csv":
        path.write_bytes(text)
    elif form == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{NAME}.csv", text)
    elif form == "jsonl":
        path.write_text(json.dumps(row), encoding="utf-8")
    else:
        columns = ", ".join(f"${place} AS {identifier(name)}" for place, name in enumerate(row, 1))
        duckdb.execute(f"CREATE OR REPLACE TEMP TABLE made AS SELECT {columns}", list(row.values()))
        duckdb.table("made").write_parquet(str(folder / "made"))
        (folder / "made").rename(path)
    return path


@pytest.mark.parametrize("form", ["csv", "zip", "jsonl", "parquet"])
@pytest.mark.parametrize(
    "word", ["%s', (SELECT 1) --", '%s"]; DROP TABLE record; --', "$(touch touched) %s, [*]"]
)
def test_a_column_and_a_file_of_any_name_are_read(tmp_path, monkeypatch, form, word):
    folder = tmp_path / NAME
    folder.mkdir()
    monkeypatch.chdir(folder)
    names = {"userid": word % "id", "account_creation_date": word % "made"}
    columns = {"account_id": names["userid"], "created_on": names["account_creation_date"]}
    layout = find_layout("mine", {"layout": "mapped", "mapping": {"users": {"columns": columns}}}, "users")
    result = ingest_files("users", write_users(folder, form, names), folder / f"out {NAME}", layout)
    assert result.rows("account", "account_id, created_on::VARCHAR") == [("77", "2017-08-30")]
    assert result.account() == (1, 1, 0, 0, 0)
    assert not list(tmp_path.rglob("touched"))


def test_the_published_aggregates_are_read_from_a_folder_of_any_name(root, tmp_path):
    folder = shutil.copytree(root / "workflow/resources/published", tmp_path / NAME)
    write_published_table("published_post_hour", folder, tmp_path / "hours.parquet")
    posts = duckdb.read_parquet(str(tmp_path / "hours.parquet")).sum("posts").fetchall()
    assert posts == [(37_911,)]


def test_posts_are_labelled_in_a_folder_of_any_name(tmp_path):
    folder = tmp_path / NAME
    folder.mkdir()
    (folder / "t.csv").write_bytes(quoted([tweet("5", tweet_text="Hong Kong")]))
    records = ingest_files("tweets", folder / "t.csv", folder).outputs
    assert label_posts(records.values(), "a", load_terms(), load_outlets(), folder / "post_term.parquet") == 1


def test_the_study_runs_in_a_folder_of_any_name_on_files_of_any_name(tmp_path):
    folder = make_small_copy(tmp_path / NAME)
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    config["raw_folder"] = f"data/raw {NAME}"
    config["pairs"] |= {"events": f"data/-events {NAME}.csv", "scratch_folder": f"data/scratch {NAME}"}
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    raw = folder / config["raw_folder"] / "china_082019_2"
    raw.mkdir(parents=True)
    (raw / f"-users {NAME}.csv").write_bytes(quoted([USER], USER_COLUMNS))
    (raw / f"tweets {NAME}.csv").write_bytes(quoted([tweet("5"), tweet("6")]))
    (folder / config["pairs"]["events"]).write_text("account,object,time\na,x,1\nb,x,2\n")
    records = folder / "results/records/china_082019_2"
    made = ("terms/0/post_term", "account_row", "tweets/0/post_row")
    done = run(folder, *(f"results/records/china_082019_2/{table}.parquet" for table in made), "pairs")
    assert done.returncode == 0, done.stdout
    assert (folder / "results/pairs/pairs.csv").read_text().splitlines()[1].startswith("a,b,")
    for table, rows in (("account_row", 1), ("tweets/0/post_row", 2)):
        path = escape(str(records / f"{table}.parquet"))
        assert duckdb.execute("SELECT count(*) FROM read_parquet(?)", [path]).fetchall() == [(rows,)]
    # Jobs are run by the Python of the environment in the folder, as after `make`.
    command = [folder / ".venv/bin/python", "-m", "snakemake", "--cores", "1", "--force"]
    again = subprocess.run(
        [*command, "results/records/archive.parquet"], cwd=folder, capture_output=True, text=True
    )
    assert again.returncode == 0, again.stderr
    assert not list(tmp_path.rglob("touched"))


def test_no_cell_of_a_published_table_is_a_formula(study):
    listed = [line[66:] for line in (study / "results/MANIFEST.sha256").read_text().splitlines()]
    tables = [study / "results" / name for name in listed if name.endswith(".csv")]
    assert len(tables) > 20
    assert {path.name: found for path in tables if (found := formulas(path))} == {}


def test_names_and_values_of_an_archive_arrive_harmless_in_what_is_published(tmp_path):
    member, column = "=cmd|' /C calc'!A0.csv", "=1+1\rx"
    hostile = tweet("6", tweet_language="=cmd|' /C calc'!A0", tweet_client_name="+1", hashtags="['=1']")
    bad = [tweet("7") | {column: "=1+1"}, tweet("=cmd|x"), tweet("8", tweet_time="@SUM(A1)")]
    bad.append(tweet("9") | {column: "no UTF-8"})
    text = quoted([hostile, *bad], [*hostile, column])
    mapping = {"post_id": "tweetid", "account_id": "userid", "posted_at": "tweet_time", "like_count": column}
    mapping |= {"language": "tweet_language", "client": "tweet_client_name", "hashtags": "hashtags"}
    entry = {"layout": "mapped", "mapping": {"ids": "twitter", "tweets": {"columns": mapping}}}
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr(member, text.replace(b"no UTF-8", b"\xff"))
    layout = find_layout("a", entry, "tweets")
    result = ingest_files("tweets", tmp_path / "t.zip", tmp_path / "out", layout)
    assert result.unreadable() == {column: 1}
    assert {row[1] for row in result.rejected()} == {"tweetid", "tweet_time", column}
    entry = {"name": "=n", "platform": "twitter", "role": "operation", "released_on": "2019-08-19"}
    entry |= dict.fromkeys(("announced_accounts", "published_accounts", "published_posts"))
    entry |= {"attribution": "\t=1", "source": "-1+1"}
    files = {"a": {"provenance": "release", "users": [], "tweets": ["t.zip"]}}
    write_archive_table(files, {"a": entry}, tmp_path / "archive.parquet")
    records = [tmp_path / "archive.parquet", *result.outputs.values()]
    with open_records(records, utc_offset_hours=8) as connection:
        for name in ("archives", "row_account", "rejected_reasons"):
            path = tmp_path / f"{name}.csv"
            write_query(path, connection, read_sql(f"core/published_tables/{name}.sql"))
            assert formulas(path) == [], name
    assert "'=cmd|' /C calc'!A0.csv" in (tmp_path / "row_account.csv").read_text(encoding="utf-8")
    assert "'=1+1\nx" in (tmp_path / "rejected_reasons.csv").read_text(encoding="utf-8")


def test_no_text_of_the_results_is_markup_in_the_paper(tmp_path):
    inputs = make_inputs(tmp_path / "results")
    markup = '#panic("run") $x^ *b _i `c @ref <l> #[ ] \\ /* = "'
    for name, columns in (("claims", ("claim", "reason")), ("measures", ("unit",)), ("archives", ("name",))):
        with inputs[f"{name}.csv"].open(newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        places = [header.index(column) for column in columns]
        marked = [[markup if place in places else cell for place, cell in enumerate(row)] for row in rows]
        with inputs[f"{name}.csv"].open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *marked])
    compile_paper(PAPER, inputs, tmp_path / "paper.pdf", tmp_path / "supplement.pdf")
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
