"""The undocumented parts of Snakemake that the rules use are in one module, which says so where one is gone."""

import importlib
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
