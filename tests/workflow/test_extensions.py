"""Folders of extensions join the workflow by themselves, or are told to be mended."""

import re

import pytest

from tests.small_study import make_small_copy, run


def test_an_extension_joins_a_study_that_is_run_in_another_folder(tmp_path):
    folder = make_small_copy(tmp_path / "study")
    plan = run(folder, "--dry-run", "--directory", str(tmp_path / "elsewhere"))
    assert plan.returncode == 0, plan.stdout
    assert "measure_creation_weekdays" in plan.stdout and "plot_creation_weekdays" in plan.stdout


def test_an_extension_without_rules_stops_the_study_before_any_job(tmp_path):
    folder = make_small_copy(tmp_path / "study")
    (folder / "extensions/mine").mkdir()
    (folder / "extensions/mine/rule.smk").touch()
    plan = run(folder, "--dry-run")
    assert plan.returncode != 0
    assert "mine has no rules.smk; give its rules file this name, or remove the folder" in plan.stdout


def test_an_extension_whose_script_has_another_name_stops_the_study_before_any_job(tmp_path):
    folder = make_small_copy(tmp_path / "study")
    script = folder / "extensions/creation_weekdays/plot_creation_weekdays.py"
    script.rename(script.with_name("plot_weekdays.py"))
    plan = run(folder, "--dry-run")
    assert plan.returncode != 0
    assert "plot_creation_weekdays.py does not exist; rename the script" in plan.stdout


@pytest.mark.parametrize(
    ("file", "before", "after", "sentence"),
    [
        (
            "rules.smk",
            '"measure_creation_weekdays.py"\n',
            '"other.py"\n',
            r"rules.smk, line \d+: .* other.py, which does not",
        ),
        (
            "rules.smk",
            '    script:\n        "measure_creation_weekdays.py"\n',
            "",
            r"rules.smk, line \d+: the rule measure_creation_weekdays has outputs but no script",
        ),
        (
            "plot_creation_weekdays.py",
            "from ",
            "form ",
            r"plot_creation_weekdays.py, line \d+: is not Python",
        ),
    ],
)
def test_a_mistake_in_an_extension_is_told_by_file_and_line_before_any_job(
    tmp_path, file, before, after, sentence
):
    folder = make_small_copy(tmp_path / "study")
    path = folder / "extensions/creation_weekdays" / file
    path.write_text(path.read_text().replace(before, after, 1))
    plan = run(folder, "--dry-run")
    assert plan.returncode != 0
    assert re.search(sentence, plan.stdout) and "Traceback" not in plan.stdout


@pytest.mark.parametrize("text", ["rule x:\n    ouput: 'a'\n", "x = (\n", "rule x\n", "x = 1 +\n"])
def test_a_syntax_error_in_the_rules_of_an_extension_is_told_by_file_and_line(tmp_path, text):
    folder = make_small_copy(tmp_path / "study")
    path = folder / "extensions/creation_weekdays/rules.smk"
    path.write_text(f"{path.read_text()}\n\n{text}")
    plan = run(folder, "--dry-run")
    assert plan.returncode != 0
    assert re.search(r"rules.smk.*, line \d+", plan.stdout) and "Traceback" not in plan.stdout
