"""After kill −9 at every rule of the default run, a rerun gives the results of an undisturbed study."""

import signal
from pathlib import Path

from tests.proofs.equality import assert_undisturbed
from tests.proofs.pauses import Pauses, Study
from tests.small_study import make_small_copy, run


def rules_of_default_run(folder: Path) -> set[str]:
    """Return the rules of which Snakemake runs a job by default."""
    plan = run(folder, "--dry-run").stdout
    table = plan.split("Job stats:\n", 1)[1].split("\ntotal", 1)[0].splitlines()[2:]
    return {line.split()[0] for line in table} - {"all"}


def all_wait(disturbed: Study, pauses: Pauses) -> bool:
    """Return whether there are jobs and every job has reached its moment."""
    jobs = disturbed.jobs()
    return bool(jobs) and jobs <= {pause["process"] for pause in pauses.met().values()}


def test_a_study_that_was_killed_at_every_rule_is_as_an_undisturbed_one(study, tmp_path):
    folder = make_small_copy(tmp_path / "study")
    rules = rules_of_default_run(folder)
    assert len(rules) > 40
    pauses = Pauses(tmp_path, "half or one")
    killed = {}
    # One signal kills all jobs that wait at their moment, so there is one run for each level of the DAG.
    while True:
        with pauses.study(folder, cores=8) as disturbed:
            # Asked repeatedly, because Snakemake may be about to start another job.
            if not disturbed.wait_until(lambda: all_wait(disturbed, pauses), times=3):
                break
            disturbed.kill()
            disturbed.end()
        assert disturbed.run.returncode == -signal.SIGKILL
        new = {rule: pause for rule, pause in pauses.met().items() if rule not in killed}
        assert new
        for rule, pause in new.items():
            output = folder / pause["output"]
            assert output.exists() == (pause["moment"] == "one"), rule
            assert list(output.parent.glob(f".{output.name}.partial.*.working")), rule
        killed |= new
        assert run(folder, "--unlock").returncode == 0
    assert disturbed.run.returncode == 0, disturbed.end()
    assert killed.keys() == rules
    assert {pause["moment"] for pause in killed.values()} == {"half", "one"}
    assert_undisturbed(folder, study)
