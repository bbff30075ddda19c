"""A control population of one's own: docs/extending.md's example, run through the rules."""

import csv
import os
import random
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from takedown.core.database import open_records
from tests.small_study import make_small_copy, run

ROOT = Path(__file__).resolve().parents[2]

#: The page's own example.
ENTRY = "\n" + re.search(
    r"```yaml\n(my_control:.*?)```", (ROOT / "docs/extending.md").read_text(encoding="utf-8"), re.DOTALL
).group(1)


@pytest.fixture(scope="module")
def own_study(tmp_path_factory):
    """Return the folder of a small study whose control is a CSV of other columns, as far as it is read."""
    folder = make_small_copy(tmp_path_factory.mktemp("own") / "study")
    registry = folder / "workflow/resources/archives.yaml"
    entry = ENTRY + "  only_accounts: asked.txt\n"
    registry.write_text(registry.read_text(encoding="utf-8") + entry, encoding="utf-8")
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    config["archives"] = ["china_082019_1", "china_082019_2", "china_092019", "my_control"]
    config["subjects"]["control"] = ["my_control"]
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    rng = random.Random(1)
    (folder / "data/raw/my_control").mkdir(parents=True)
    with (folder / "data/raw/my_control/users.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["joined", "user", "fans"])
        for number in range(300):
            day = date(2010, 1, 1) + timedelta(days=rng.randrange(3500))
            rows.writerow([day.strftime("%d.%m.%Y"), 1000 + number, number])
        rows.writerow(["soon", 5000, 1])
    asked = "".join(f"{number}\n" for number in (*range(1000, 1100), 5000))
    (folder / "data/raw/my_control/asked.txt").write_text(asked)
    done = run(folder, "results/records/my_control/account_row.parquet")
    assert done.returncode == 0, done.stdout
    return folder


def test_a_mapping_that_cannot_be_used_stops_the_study_before_any_job(own_study, tmp_path):
    folder = shutil.copytree(own_study, tmp_path / "study", symlinks=True)
    registry = folder / "workflow/resources/archives.yaml"
    text = registry.read_text(encoding="utf-8")
    registry.write_text(text.replace("follower_count: fans", "followers: fans"), encoding="utf-8")
    done = run(folder, "--dry-run")
    assert done.returncode != 0
    assert (
        "my_control has the unknown column 'followers' in mapping.users.columns of the registry"
        in done.stdout
    )
    assert "rule ingest_users" not in done.stdout


def test_a_control_of_other_columns_is_read_by_the_rules(own_study):
    records = own_study / "results/records/my_control"
    counts = duckdb.read_parquet(str(records / "users_row_account.parquet"))
    columns = "rows_read, rows_kept, rows_rejected, rows_not_asked"
    assert counts.project(columns).fetchall() == [(301, 100, 1, 200)]
    files = [records / "account_row.parquet", records / "repeated_account_row.parquet"]
    with open_records(files, utc_offset_hours=8) as connection:
        assert connection.execute("SELECT count(*) FROM account").fetchall() == [(100,)]
    assert duckdb.read_parquet(str(records / "users_rejected_row.parquet")).project(
        "record, column_name, reason"
    ).fetchall() == [(302, "joined", "unreadable_date")]


def test_a_raw_file_that_replaces_another_is_noticed_though_it_is_older(own_study, tmp_path):
    folder = shutil.copytree(own_study, tmp_path / "study", symlinks=True)
    target = "results/records/my_control/account_row.parquet"
    raw = folder / "data/raw/my_control/users.csv"
    assert "Nothing to be done" in run(folder, target, "--dry-run").stdout
    # The same content with another time is no other file.
    os.utime(raw, (0, 0))
    assert "Nothing to be done" in run(folder, target, "--dry-run").stdout
    raw.write_bytes(raw.read_bytes().replace(b",1000,", b",1001,"))
    os.utime(raw, (0, 0))
    assert "triggered jobs: ingest_users" in run(folder, target, "--dry-run").stdout


def test_a_campaign_and_its_control_are_read_from_one_file(own_study, tmp_path):
    folder = shutil.copytree(own_study, tmp_path / "study", symlinks=True)
    page = (ROOT / "docs/layouts.md").read_text(encoding="utf-8")
    with (folder / "workflow/resources/archives.yaml").open("a", encoding="utf-8") as registry:
        registry.write("\n" + re.search(r"```yaml\n(invented_campaign:.*?)```", page, re.DOTALL).group(1))
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    config["archives"] += ["invented_campaign", "invented_control"]
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    raw = folder / "data/raw/INVENTED_campaign"
    raw.mkdir()
    (raw / "posts.csv").write_text(
        "postid,accountid,post_time,account_creation_date,is_control\n"
        "1,5,1565602860,2017-08-30,False\n2,6,1565602860,2017-08-30,True\n3,6,1565602860,2017-08-30,True\n"
    )
    counts = {name: f"results/records/{name}/tweets_row_account.parquet" for name in config["archives"][-2:]}
    users = [f"results/records/{name}/users_row_account.parquet" for name in counts]
    done = run(folder, *counts.values(), *users)
    assert done.returncode == 0, done.stdout
    kept = [
        duckdb.read_parquet(str(folder / path)).project("rows_kept, rows_not_asked").fetchall()
        for path in counts.values()
    ]
    assert kept == [[(1, 2)], [(2, 1)]]
