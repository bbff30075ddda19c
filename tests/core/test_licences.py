"""Every locked package stands in docs/licences.md with its licence."""

import re

import pytest

from tools.list_licences import LOCKS, PAGE, licence_of, locked, write_page


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_listed_with_a_licence(lock):
    listed = dict(re.findall(r"^\| ([^ |]+) \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(locked(lock)) > 0
    assert [name for name in locked(lock) if not listed.get(name)] == []


def test_every_lock_of_the_repository_is_listed(root):
    assert {path.name for path in root.glob("requirements*.txt")} == set(LOCKS)


def test_the_page_is_as_the_tool_writes_it():
    assert PAGE.read_text(encoding="utf-8") == write_page()


def test_no_locked_package_forbids_commercial_use_and_igraph_alone_is_under_the_gpl():
    licences = {name: licence_of(name) or "" for lock in LOCKS for name in locked(lock)}
    assert [
        name for name, licence in licences.items() if re.search(r"(?i)non-?commercial|-NC\b", licence)
    ] == []
    copyleft = {
        name for name, licence in licences.items() if "GPL" in licence and " or " not in licence.lower()
    }
    assert copyleft == {"igraph"}
