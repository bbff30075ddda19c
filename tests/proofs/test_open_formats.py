"""The published database and tables are read by others: older releases of DuckDB, Frictionless and Croissant."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

#: Reads the database of its first argument, and single posts in the study that is its second.
READER = """
import json, sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
tables = connection.sql("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY ALL").fetchall()
rows = {name: connection.sql(f"SELECT count(*) FROM {name}").fetchone()[0] for name, in tables}
sums = connection.sql("SELECT count(value) FROM published_number('*', '*', 'basel2020')").fetchone()
how = connection.sql("SELECT comment FROM duckdb_views() WHERE view_name = 'post'").fetchone()
try:
    connection.sql("SELECT count(*) FROM post").fetchone()
    unread = False
except duckdb.IOException:
    unread = True
connection.execute("SET VARIABLE study_folder = '" + sys.argv[2] + "/'")
posts = connection.sql("SELECT count(*), count(text) FROM post").fetchone()
print(json.dumps([duckdb.__version__, rows, sums, how, unread, posts]))
"""


def run_with(package: str, *command: str, folder: Path) -> str:
    """Run a command with a package in an environment of its own; skip the test where no registry can be reached."""
    uv = Path(sys.executable).with_name("uv")
    words = [str(uv), "run", "--isolated", "--no-project", "--python", "3.11", "--with", package, *command]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if any(words in done.stderr for words in ("error sending request", "Could not connect", "dns error")):
        pytest.skip(f"{package} cannot be downloaded")
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.mark.parametrize("release", ["1.2.0", "1.4.0"])
def test_an_old_duckdb_reads_a_copy_of_the_database_from_any_folder(study, tmp_path, release):
    shutil.copy(study / "results/takedown.duckdb", tmp_path)
    command = ("python", "-c", READER, str(tmp_path / "takedown.duckdb"), str(study))
    found = run_with(f"duckdb=={release}", *command, folder=tmp_path)
    version, rows, sums, how, unread, posts = json.loads(found)
    assert version == release
    assert min(rows["measure"], rows["creation_day"], rows["post_hour"], rows["reported_number"], *sums) > 0
    assert "SET VARIABLE study_folder" in how[0]
    assert unread
    assert min(posts) > 0


#: Checks rows of the tables against their description, and prints the faults. Its reader of Parquet has no integer that is null.
FRICTIONLESS = """
import json, frictionless
report = frictionless.Package("datapackage.json").validate(limit_rows=5000)
errors = [*report.errors, *(error for task in report.tasks for error in task.errors)]
print(json.dumps([len(report.tasks), [error.message for error in errors if getattr(error, "cell", "") != "nan"]]))
"""
#: Reads the description and the first row of a table by it.
CROISSANT = """
import json, mlcroissant
dataset = mlcroissant.Dataset(jsonld="croissant.json")
row = next(iter(dataset.records(record_set="archive")))
print(json.dumps([sorted(dataset.metadata.ctx.issues.errors), len(dataset.metadata.record_sets), sorted(row)]))
"""


def test_frictionless_finds_the_tables_as_they_are_described(study):
    tasks, faults = json.loads(
        run_with("frictionless[pandas,parquet]", "python", "-c", FRICTIONLESS, folder=study / "results")
    )
    assert faults == []
    assert tasks == len(list((study / "results/data").glob("*.parquet")))


def test_croissant_reads_a_table_by_its_description(study):
    errors, tables, columns = json.loads(
        run_with("mlcroissant[parquet]", "python", "-c", CROISSANT, folder=study / "results").splitlines()[-1]
    )
    assert errors == []
    assert tables == len(list((study / "results/data").glob("*.parquet")))
    assert "archive/provenance" in columns
