"""Files are told by their digests."""

import shutil

import pytest

from takedown.core.digests import check_known_csv, git_blob_of, sha256_of
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
