"""The study on a real SLURM cluster that this test starts (`make slurm`); not part of the default suite."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
import yaml

from takedown.core.manifest import compare_manifests
from tests.proofs.one_node_slurm import ask, one_node_slurm, reason_against
from tests.small_study import make_small_copy
from tools.scratch import ROOT

#: Snakemake first asks for its jobs after two seconds instead of ten, because the jobs of the small study are short.
PROFILE = ("--workflow-profile", "profiles/slurm", "--slurm-init-seconds-before-status-checks", "2")
CONFIG = ROOT / "config.yaml"
REPLICA = "data/replica/truth/china_082019_1.json"


@pytest.fixture(scope="module")
def slurm():
    """Yield the variables of a cluster of one node."""
    if reason := reason_against():
        # In CI this proof must not be skipped.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with one_node_slurm() as variables:
        yield variables


@pytest.fixture(scope="module")
def on_cluster(slurm, tmp_path_factory):
    """Return the folder of the small study after a run on the cluster, the log of the run, and SLURM's records of the jobs."""
    folder = make_small_copy(tmp_path_factory.mktemp("cluster") / "study")
    with start(folder, slurm) as study:
        log, _ = study.communicate()
    assert study.returncode == 0, log
    return folder, log, jobs_of(slurm)


def start(folder, slurm, *targets):
    """Start Snakemake in a folder, on the cluster."""
    return subprocess.Popen(
        [sys.executable, "-m", "snakemake", *PROFILE, *targets],
        cwd=folder,
        env=os.environ | slurm,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def jobs_of(slurm):
    """Return a dictionary for each job in SLURM's records."""
    lines = ask("scontrol", "show", "jobs", "--oneliner", variables=slurm).splitlines()
    return [dict(re.findall(r"(\S+?)=(\S*)", line)) for line in lines if line.startswith("JobId=")]


def rules_of(jobs):
    """Return the names of the rules of jobs, which Snakemake writes into the comment of a job."""
    return {re.match(r"rule_(.+?)(_wildcards_|$)", job["Comment"])[1] for job in jobs}


def test_the_study_on_a_cluster_publishes_what_it_publishes_here(on_cluster, study):
    folder, _, _ = on_cluster
    assert not compare_manifests(study / "results/MANIFEST.sha256", folder / "results/MANIFEST.sha256")


def test_every_rule_that_is_heavy_ran_as_jobs_of_the_cluster(on_cluster):
    _, log, jobs = on_cluster
    assert {job["JobState"] for job in jobs} == {"COMPLETED"}
    ran = re.findall(r"^Finished jobid: \d+ \(Rule: (\w+)\)$", log, flags=re.M)
    assert len(ran) > len(jobs) > 15
    heavy = ("generate_", "ingest_", "read_", "label_", "trace_", "find_", "check_records", "write_tables")
    assert {name for name in ran if name.startswith(heavy)} <= rules_of(jobs)
    assert not any(name.startswith(("plot_", "write_paper", "write_manifest")) for name in rules_of(jobs))


def test_a_job_gets_the_processors_memory_and_minutes_that_its_rule_asks_for(on_cluster):
    _, _, jobs = on_cluster
    given = {}
    for job in jobs:
        (rule,) = rules_of([job])
        given[rule] = (job["NumCPUs"], job["MinMemoryNode"], job["TimeLimit"])
    # build_database states memory and processors; measure_life states neither, so the profile does.
    memory_mb = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["ingest"]["memory_mb"]
    assert given["build_database"] == ("2", f"{memory_mb * 3 // 4 + 300}M", "04:00:00")
    assert given["measure_life"] == ("1", "1000M", "04:00:00")


def test_a_job_that_fails_says_why_in_one_sentence(slurm, tmp_path):
    folder = make_small_copy(tmp_path / "study")
    raw = folder / "data/raw/china_082019_1"
    raw.mkdir(parents=True)
    (raw / "china_082019_1_users_csv_hashed.csv").write_text("userid,followers\n1,2\n", encoding="utf-8")
    with start(folder, slurm, "results/records/china_082019_1/account_row.parquet") as study:
        log, _ = study.communicate()
    assert study.returncode == 1
    (said,) = re.findall(
        r"^Logfile logs/ingest_users/china_082019_1.log:\n=+\n(.*?)\n=+$", log, flags=re.M | re.S
    )
    assert re.fullmatch(
        "data/raw/.+ has no column 'user_display_name' .+; check that it is the right file, .+", said
    )
    assert jobs_of(slurm)[-1]["JobState"] == "FAILED"


def test_an_interrupted_study_leaves_no_job_behind(slurm, tmp_path):
    folder = make_small_copy(tmp_path / "study")
    with start(folder, slurm, REPLICA) as study:
        for _ in range(600):
            if "RUNNING" in ask("squeue", "--noheader", "--format=%T", variables=slurm):
                break
            time.sleep(0.1)
        # The signal of Ctrl-C. The job is not a child of Snakemake, so the signal does not reach it.
        study.send_signal(signal.SIGINT)
        log, _ = study.communicate(timeout=60)
    assert study.returncode != 0, log
    assert jobs_of(slurm)[-1]["JobState"] == "CANCELLED", log
    assert not ask("squeue", "--noheader", variables=slurm)
