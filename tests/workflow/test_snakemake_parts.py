"""The undocumented parts of Snakemake that the rules use are in one module, which says so where one is gone."""

import importlib
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from snakemake import io
from snakemake.settings.types import SharedFSUsage

from takedown.core.errors import InputError


@pytest.fixture
def parts(root, monkeypatch):
    monkeypatch.syspath_prepend(root / "workflow/rules")
    return importlib.import_module("snakemake_parts")


def workflow(*shared, prefix=None):
    return SimpleNamespace(
        storage_settings=SimpleNamespace(shared_fs_usage=set(shared), default_storage_prefix=prefix)
    )


def stored(path, query):
    return io.flag(path, "storage_object", SimpleNamespace(query=query))


def test_files_stay_in_place_on_a_shared_disk_and_are_sent_along_without_one(parts):
    (local,) = parts.in_place(workflow(SharedFSUsage.INPUT_OUTPUT), ["a.csv"])
    assert local.flags == {"local": True}
    sent = parts.in_place(workflow(SharedFSUsage.SOURCES), "a.csv")
    assert sent.flags == {"sourcecache_entry": "a.csv"}


def test_an_output_that_goes_to_object_storage_is_expanded_as_its_rule_states_it(parts):
    file = stored("/tmp/copy/{part}.csv", "s3://bucket/study/{part}.csv")
    assert parts.expand(workflow(prefix="s3://bucket/study/"), [file], part=[1, 2]) == ["1.csv", "2.csv"]
    assert parts.expand(workflow(), "{part}.csv", part=3) == ["3.csv"]


@pytest.mark.parametrize("part", ["local", "sourcecache_entry", "get_flag_value"])
def test_a_snakemake_without_a_part_is_told_in_a_sentence(parts, monkeypatch, part):
    monkeypatch.delattr(io, part)
    with pytest.raises(
        InputError, match=rf"^snakemake [\d.]+ has no {part} in snakemake.io, .*requirements\.txt\.$"
    ):
        parts.in_place(workflow(SharedFSUsage.INPUT_OUTPUT), "a.csv")
        parts.in_place(workflow(), "a.csv")
        parts.expand(workflow(), "a.csv")


@pytest.mark.parametrize("part", ["shared_fs_usage", "default_storage_prefix"])
def test_a_workflow_without_a_setting_is_told_in_a_sentence(parts, part):
    without = workflow()
    delattr(without.storage_settings, part)
    with pytest.raises(InputError, match=rf"has no storage_settings.{part} in workflow, "):
        parts.expand(without, [stored("a.csv", "a.csv")])
        parts.in_place(without, "a.csv")


LINEAGE = """
config.setdefault("shards", 1)

rule first:
    input: "takedown/a.py", "workflow/sql/q.sql", "data/raw.csv"
    output: "r/{shard,[0-9]+}.txt"
    message: "one"
    script: "s.py"

rule second:
    input: expand("r/{shard}.txt", shard=range(config["shards"]))
    output: "r/all.txt"

rule other:
    output: "r/other.txt"

import json
print("LINEAGE", json.dumps(snakemake_parts.lineage(workflow, ["r/all.txt"], workflow.basedir)))
"""


@pytest.mark.parametrize("shards", [1, 3])
def test_the_lineage_of_a_result_has_its_rules_and_does_not_depend_on_shards(root, tmp_path, shards):
    for path in ("takedown/a.py", "workflow/sql/q.sql", "data/raw.csv", "s.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    parts = f"import sys\nsys.path.insert(0, {str(root / 'workflow/rules')!r})\nimport snakemake_parts\n"
    (tmp_path / "Snakefile").write_text(parts + LINEAGE)
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "-n",
        "--cores",
        "1",
        "--config",
        f"shards={shards}",
        "--",
        "r/all.txt",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    found = json.loads(re.search("LINEAGE (.*)", done.stdout)[1])
    assert found == {
        "first": {
            **{
                "file": "Snakefile",
                "message": "one",
                "script": "s.py",
                "inputs": [],
                "outputs": ["r/{shard}.txt"],
            },
            **{"sources": ["takedown/a.py", "workflow/sql/q.sql"], "before": []},
        },
        "second": {
            **{"file": "Snakefile", "message": "", "script": None, "inputs": ["r/{shard}.txt"]},
            **{"outputs": ["r/all.txt"], "sources": [], "before": ["first"]},
        },
    }
