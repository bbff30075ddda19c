"""Files are told by their digests."""

import os
import shutil

import pytest

from takedown.core.digests import check_known_csv, git_blob_of, remembered_sha256, sha256_of
from takedown.core.errors import InputError
from tests.loopback import CONTENT, DIGEST


def test_a_git_blob_id_is_the_one_that_git_gives(tmp_path):
    (tmp_path / "x").write_bytes(b"hello\n")
    assert git_blob_of(tmp_path / "x") == "ce013625030ba8dba906f756967f9e9ca394464a"


@pytest.mark.parametrize("packed", [False, True])
def test_a_users_file_is_compared_with_what_the_registry_knows_of_it(tmp_path, packed):
    path = tmp_path / "users.csv"
    path.write_bytes(CONTENT)
    if packed:
        path = shutil.make_archive(str(tmp_path / "users"), "zip", tmp_path, "users.csv")
    known = {"csv_bytes": len(CONTENT), "csv_sha256": DIGEST}
    assert check_known_csv("a", [path], known)
    assert check_known_csv("a", [path], {"csv_sha256": DIGEST})
    assert not check_known_csv("a", [path], {"csv_sha256": None})
    for wrong in ({"csv_bytes": 7}, {"csv_sha256": "0" * 64}):
        with pytest.raises(InputError, match="is not the file of a in the registry") as error:
            check_known_csv("a", [path], wrong)
        assert "\n" not in str(error.value)


def test_the_digest_of_a_file_is_that_of_its_bytes(tmp_path):
    (tmp_path / "x").write_bytes(CONTENT)
    assert sha256_of(tmp_path / "x") == DIGEST


def test_a_file_of_known_size_and_times_is_not_read_again(tmp_path, monkeypatch):
    path, memory = tmp_path / "x", tmp_path / "digests.json"
    path.write_bytes(CONTENT)
    assert remembered_sha256(path, memory) == DIGEST
    monkeypatch.setattr("takedown.core.digests.sha256_of", lambda path: pytest.fail("read again"))
    assert remembered_sha256(path, memory) == DIGEST


def test_a_file_that_replaces_another_is_read_whatever_its_time(tmp_path):
    path, memory = tmp_path / "x", tmp_path / "digests.json"
    path.write_bytes(CONTENT)
    remembered_sha256(path, memory)
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    for changed in (times, (0, 0)):
        other = tmp_path / "other"
        other.write_bytes(CONTENT[::-1])
        os.utime(other, ns=changed)
        other.replace(path)
        assert remembered_sha256(path, memory) == sha256_of(path) != DIGEST


def test_a_damaged_memory_is_written_anew(tmp_path):
    (tmp_path / "x").write_bytes(CONTENT)
    (tmp_path / "digests.json").write_bytes(b"{")
    assert remembered_sha256(tmp_path / "x", tmp_path / "digests.json") == DIGEST
