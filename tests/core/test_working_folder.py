"""Where jobs write: empty, of their own, gone afterwards; and files that are whole or not there."""

import errno
import os
import signal
import subprocess
import sys

import pytest

from takedown.core.errors import InputError
from takedown.core.working_folder import check_writable, whole_file, working_folder
from tools.scratch import ROOT

#: A job that fills its folder and is killed in the middle.
KILLED = """
import os, signal, sys
from takedown.core.working_folder import working_folder
with working_folder(sys.argv[1]) as folder:
    (folder / "parts").mkdir()
    (folder / "parts" / "half").write_text("half")
    (folder / "link").symlink_to(folder / "parts")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_job_gets_an_empty_folder_beside_its_output_which_is_removed(tmp_path):
    with working_folder(tmp_path / "results" / "x.csv") as folder:
        assert folder.parent == tmp_path / "results"
        assert folder.name.startswith(".x.csv.")
        (folder / "part").write_text("a")
    assert list((tmp_path / "results").iterdir()) == []


def test_the_folder_is_removed_after_an_error_too(tmp_path):
    with pytest.raises(ZeroDivisionError), working_folder(tmp_path / "x.csv") as folder:
        (folder / "part").write_text("a")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_job_left_is_removed_when_it_runs_again(tmp_path):
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "x.csv")], cwd=ROOT)
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert sorted(path.name for path in left.iterdir()) == ["link", "parts"]
    with working_folder(tmp_path / "x.csv") as folder:
        assert folder == left
        assert list(folder.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


def test_jobs_with_outputs_of_the_same_name_share_a_scratch_folder_and_nothing_else(tmp_path):
    scratch = tmp_path / "scratch"
    with (
        working_folder(tmp_path / "operation" / "events.parquet", scratch) as one,
        working_folder(tmp_path / "control" / "events.parquet", scratch) as other,
    ):
        assert one.parent == other.parent == scratch
        assert one != other
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("letter", ["x", "香"])
def test_an_output_with_the_longest_name_that_there_is_has_a_folder_too(tmp_path, letter):
    longest = letter * (255 // len(letter.encode()))
    (tmp_path / longest).touch()
    with working_folder(tmp_path / longest) as folder:
        assert folder.parent == tmp_path


def test_a_job_finds_its_folder_again_when_the_study_has_been_moved(tmp_path, monkeypatch):
    names = []
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        monkeypatch.chdir(tmp_path / place)
        with working_folder("results/operation/events.parquet", "results") as folder:
            names.append(folder.relative_to(tmp_path / place))
    assert names[0] == names[1]


def test_the_same_job_at_the_same_time_is_refused_and_disturbs_nothing(tmp_path):
    with working_folder(tmp_path / "x.csv") as folder:
        (folder / "part").write_text("a")
        with pytest.raises(InputError, match="in use by another process"), working_folder(tmp_path / "x.csv"):
            pass
        assert (folder / "part").read_text() == "a"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_its_owner_removed_meanwhile_is_not_taken_for_free(tmp_path, monkeypatch):
    opened = os.open

    def open_late(path, flags):
        claim = opened(path, flags)
        os.rmdir(path)
        return claim

    monkeypatch.setattr(os, "open", open_late)
    with pytest.raises(InputError, match="in use"), working_folder(tmp_path / "x.csv"):
        pass


def test_a_file_appears_when_it_is_whole(tmp_path):
    path = tmp_path / "x.csv"
    with whole_file(path) as whole:
        assert whole.name == "x.csv"
        whole.write_text("a")
        assert not path.exists()
    assert path.read_text() == "a"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_fails_half_way_leaves_the_one_before(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("before")
    with pytest.raises(ZeroDivisionError), whole_file(path) as whole:
        whole.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_job_writes_its_output_while_its_working_folder_is_in_use(tmp_path):
    path = tmp_path / "x.csv"
    with working_folder(path), whole_file(path) as whole:
        whole.write_text("a")
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_another_process_is_writing_is_refused(tmp_path):
    with whole_file(tmp_path / "x.csv") as whole:
        whole.write_text("a")
        with pytest.raises(InputError, match=r"x\.csv.* is in use"), whole_file(tmp_path / "x.csv"):
            pass
    assert (tmp_path / "x.csv").read_text() == "a"


def test_an_error_of_the_disk_that_names_no_file_names_the_one_that_is_written(tmp_path):
    with pytest.raises(OSError) as caught, whole_file(tmp_path / "x.csv"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.filename == str(tmp_path / "x.csv")


def test_an_error_about_another_file_keeps_its_name(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, whole_file(tmp_path / "x.csv"):
        (tmp_path / "absent").read_text()
    assert caught.value.filename == str(tmp_path / "absent")


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path, monkeypatch):
    check_writable([tmp_path, tmp_path / "absent" / "below"])
    closed, access = tmp_path / "closed", os.access
    closed.mkdir()
    # Nothing is forbidden to root, so the system's answer is given here.
    monkeypatch.setattr(os, "access", lambda path, mode: path != closed and access(path, mode))
    for folder in (closed, closed / "absent" / "below"):
        with pytest.raises(InputError, match=f"{folder} cannot be written to"):
            check_writable([tmp_path, folder])
