"""A configuration file with a mistake stops `snakemake` with its file and line, before any job and without a traceback."""

import subprocess
import sys

import pytest

from tests.small_study import make_small_copy

USUAL, WITHOUT_PROFILE = [], ["--workflow-profile", "none", "--cores", "1"]


@pytest.mark.parametrize(
    ("text", "sentence", "settings"),
    [
        ("shards: 1\nshards: 2\n", "line 2: the key 'shards' is written twice", USUAL),
        ("shards: 1\nshards: 2\n", "line 2: the key 'shards' is written twice", WITHOUT_PROFILE),
        ("archives: &a [*a]\n", "line 1: contains itself", WITHOUT_PROFILE),
        # Snakemake itself would stop these with a traceback.
        ("creation:\n  control_cut: 2019-02-30\n", "line 2: '2019-02-30' is not a date", USUAL),
        ("replica: &a {scale: *a}\n", "line 1: contains itself", USUAL),
    ],
)
def test_a_mistake_is_told_by_file_and_line(tmp_path, text, sentence, settings):
    folder = make_small_copy(tmp_path / "study")
    (folder / "mine.yaml").write_text(text)
    command = [sys.executable, "-m", "snakemake", *settings, "--dry-run", "--configfile", "mine.yaml"]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode != 0
    assert f"mine.yaml, {sentence}" in done.stdout and "Traceback" not in done.stdout
