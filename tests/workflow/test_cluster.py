"""What a cluster and object storage ask of the workflow. That the study runs on a cluster is proved by `make slurm`."""

import re

from tests.small_study import make_small_copy, run


def bodies_of_rules(root):
    """Return the text of each rule by its name."""
    files = [*root.glob("workflow/rules/*.smk"), *root.glob("extensions/*/rules.smk")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return dict(re.findall(r"^rule (\w+):\n(.*?)(?=^\S|\Z)", text, flags=re.M | re.S))


def test_no_rule_that_asks_for_memory_or_processors_is_kept_off_the_cluster(root):
    light = {name: body for name, body in bodies_of_rules(root).items() if "localrule: True" in body}
    assert {"plot_creation_calendar", "write_paper", "fetch"} <= light.keys()
    for name, body in light.items():
        assert "mem_mb" not in body and "threads:" not in body, name


def test_where_object_storage_is_the_default_only_what_the_study_makes_goes_there(tmp_path):
    folder = make_small_copy(tmp_path / "study")
    raw = folder / "data/raw/china_082019_1/china_082019_1_users_csv_hashed.csv"
    raw.parent.mkdir(parents=True)
    raw.touch()
    elsewhere = ("--default-storage-provider", "fs", "--default-storage-prefix", str(tmp_path / "elsewhere"))
    done = run(folder, "--dry-run", *elsewhere)
    assert done.returncode == 0, done.stdout
