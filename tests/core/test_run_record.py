"""What a run writes about itself."""

import re
import shutil
import subprocess

from takedown.core.run_record import write_run


def written(folder):
    write_run(folder, folder / "RUN.txt")
    return dict(line.split(": ", 1) for line in (folder / "RUN.txt").read_text(encoding="utf-8").splitlines())


def test_a_run_outside_a_clone_says_version_machine_and_time_and_that_the_commit_is_not_known(root, tmp_path):
    shutil.copyfile(root / "CITATION.cff", tmp_path / "CITATION.cff")
    facts = written(tmp_path)
    assert list(facts) == ["version", "commit", "time of the run", "machine", "Python"]
    assert facts["commit"].startswith("not known")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", facts["time of the run"])


def test_a_run_in_a_clone_says_the_commit_and_whether_files_differ_from_it(root, tmp_path):
    shutil.copyfile(root / "CITATION.cff", tmp_path / "CITATION.cff")
    (tmp_path / ".gitignore").write_text("RUN.txt\n", encoding="utf-8")
    name = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*name, "commit", "-qm", "One"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    assert re.fullmatch("[0-9a-f]{40}", written(tmp_path)["commit"])
    (tmp_path / "CITATION.cff").write_text("version: 9\n", encoding="utf-8")
    facts = written(tmp_path)
    assert facts["commit"].endswith(", with changes that are not committed") and facts["version"] == "9"
