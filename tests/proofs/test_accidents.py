"""Nothing is lost if a job is killed, a job outlives Snakemake, a user presses Ctrl-C, or two runs start at once."""

import os
import signal

import psutil
import pytest

from tests.proofs.equality import assert_undisturbed
from tests.proofs.pauses import Pauses
from tests.small_study import run


@pytest.mark.parametrize(
    ("rule", "target"),
    [
        ("build_database", "results/takedown.duckdb"),
        ("read_tweets", "results/records/china_082019_2/tweets/0/post_row.parquet"),
    ],
)
def test_a_duckdb_that_was_killed_while_it_wrote_leaves_nothing(study, changed, tmp_path, rule, target):
    pauses = Pauses(tmp_path, "writing", rule)
    with pauses.study(changed, target, "--forcerun", rule) as disturbed:
        assert disturbed.wait_until(lambda: rule in pauses.met())
        pause = pauses.met()[rule]
        os.kill(pause["process"], signal.SIGKILL)
        output = disturbed.end()
    assert disturbed.run.returncode == 1
    assert f"Error in rule {rule}:" in output
    assert "SIGKILL" in output, output
    assert not (changed / target).exists()
    assert list((changed / pause["output"]).parent.glob(".*.working/*"))
    done = run(changed, target)
    assert done.returncode == 0, done.stdout
    assert_undisturbed(changed, study)


def test_a_job_that_outlives_its_snakemake_keeps_others_from_its_output(study, changed, tmp_path):
    rule, target = "find_coordination", "results/measures/coordination.csv"
    pauses = Pauses(tmp_path, "whole", rule)
    with pauses.study(changed, target, "--forcerun", rule) as disturbed:
        assert disturbed.wait_until(lambda: rule in pauses.met())
        orphan = psutil.Process(pauses.met()[rule]["process"])
        disturbed.run.kill()
        disturbed.run.wait()
        assert orphan.is_running()
        assert run(changed, "--unlock").returncode == 0
        second = run(changed, target)
        assert second.returncode == 1
        assert "is in use by another process that makes the same output" in second.stdout
        assert "Traceback" not in second.stdout
        assert orphan.is_running()
        pauses.go_on()
        disturbed.end()
    done = run(changed, target)
    assert done.returncode == 0, done.stdout
    assert_undisturbed(changed, study)


def test_after_ctrl_c_a_rerun_goes_on_without_further_ado(study, changed, tmp_path):
    # A background process ignores Ctrl-C, and so do the processes that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    rule, target = "measure_network", "results/measures/coordination_network.csv"
    pauses = Pauses(tmp_path, "whole", rule)
    with pauses.study(changed, target, "--forcerun", rule) as disturbed:
        assert disturbed.wait_until(lambda: rule in pauses.met())
        # As a terminal sends it.
        os.killpg(disturbed.run.pid, signal.SIGINT)
        output = disturbed.end()
    assert disturbed.run.returncode == 1
    assert "This job was stopped; run again to continue." in output
    assert "Traceback" not in output
    assert not list((changed / "results").rglob("*.working"))
    done = run(changed, target)
    assert done.returncode == 0, done.stdout
    assert_undisturbed(changed, study)


def test_of_two_runs_at_once_in_one_folder_the_second_stops_and_the_first_ends_well(study, changed, tmp_path):
    rule, target = "measure_creation", "results/measures/creation.csv"
    pauses = Pauses(tmp_path, "whole", rule)
    with pauses.study(changed, target, "--forcerun", rule) as first:
        assert first.wait_until(lambda: rule in pauses.met())
        second = run(changed, target)
        assert second.returncode == 1
        assert "Directory cannot be locked" in second.stdout
        assert "Traceback" not in second.stdout
        pauses.go_on()
        output = first.end()
    assert first.run.returncode == 0, output
    assert_undisturbed(changed, study)
