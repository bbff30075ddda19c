"""Folders of extensions join the workflow by themselves, or are told to be mended."""

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
