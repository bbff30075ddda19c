"""The configurations of campaigns/: they are those that the registry gives, they are valid, and a study starts from one."""

import re
import subprocess
import sys

import pytest
import yaml

from takedown.content.terms import STATE_MEDIA
from takedown.core.config import find_mistakes, find_unknown_countries
from takedown.core.errors import InputError
from takedown.core.languages import read_languages
from takedown.core.registry import load_registry
from takedown.reported.numbers import FOLDER, read_table
from tests.small_study import merged
from tools.make_campaign import campaign_of, find_releases, read_paper_archives

ONE = "thailand_092020"


@pytest.fixture(scope="module")
def registry(root):
    return load_registry(
        root / "workflow/resources/archives.yaml", root / "workflow/schemas/archives.schema.yaml"
    )


@pytest.fixture(scope="module")
def campaigns(root, registry):
    """Return the configuration of each campaign's file, by archive."""
    return {
        name: yaml.safe_load((root / f"campaigns/{name}.yaml").read_text(encoding="utf-8"))
        for name in find_releases(registry)
    }


def dry_run(root, folder, *arguments):
    """Return the exit code and the output of a dry run of the study in a folder."""
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "none", "--dry-run", "--cores", "1"]
    command += ["--snakefile", str(root / "Snakefile"), "--directory", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_release_has_the_file_that_the_registry_gives(root, registry):
    written = {path.stem: path.read_text(encoding="utf-8") for path in root.glob("campaigns/*.yaml")}
    assert written == {name: campaign_of(name) for name in find_releases(registry)}


def test_releases_are_all_operations_of_twitter_but_the_mirror(registry):
    left_out = {name for name in registry if name not in find_releases(registry)}
    assert left_out == {"control_hk_protest_2019_11", "facebook_082019", "twitter_mirror"}


def test_every_campaign_is_valid_over_the_configuration_of_the_study(root, registry, campaigns):
    default, schema, terms = (
        yaml.safe_load((root / path).read_text(encoding="utf-8"))
        for path in ("config.yaml", "workflow/schemas/config.schema.yaml", "workflow/resources/terms.yaml")
    )
    lists = [*terms["lists"], STATE_MEDIA]
    wrong = {
        name: find_mistakes(merged(default, config), schema, registry, lists)
        for name, config in campaigns.items()
    }
    assert {name: lines for name, lines in wrong.items() if lines} == {}


def test_the_package_of_holidays_has_every_country(campaigns):
    asked = {code for config in campaigns.values() for code in config.get("special_days", [])}
    assert {"TH", "ES-CT", "EG"} <= asked
    assert find_unknown_countries(sorted(asked)) == []


def test_lists_of_terms_are_used_for_the_releases_on_hong_kong_alone(campaigns):
    of_the_paper = read_paper_archives()
    for name, config in campaigns.items():
        # What a campaign does not set is that of config.yaml.
        assert (config.get("content", {}).get("lists") == []) == (name not in of_the_paper), name
        assert ("special_days" not in config) == (name in of_the_paper), name


def test_a_campaign_ends_with_its_disclosure_and_has_no_control(campaigns, registry):
    for name, config in campaigns.items():
        assert config["creation"]["control_cut"] == registry[name]["released_on"]
        assert config["subjects"] == {"operation": [name], "control": []}


def test_a_weekend_is_that_of_the_country_at_the_time(campaigns):
    assert (
        campaigns["egypt_022020"]["weekend"] == campaigns["uae_082019_1"]["weekend"] == ["Friday", "Saturday"]
    )
    assert campaigns["iran_092020"]["weekend"] == ["Thursday", "Friday"]
    assert "weekend" not in campaigns["thailand_092020"]


def test_two_countries_are_tried_at_the_local_time_of_both(campaigns):
    config = campaigns["egypt_uae_082019_1"]
    assert config["utc_offset_hours"] == 4
    assert config["specifications"]["office_hours"]["utc_offset_hours"] == [4, 2, 3, 5]
    assert config["special_days"] == ["AE", "EG"]


def test_periods_are_split_in_the_month_in_which_half_of_the_posts_had_been_posted(campaigns):
    counted = [
        (row["measure"][-7:], int(row["value"]))
        for row in read_table(FOLDER / "releases.csv")
        if row["archive_id"] == "ira" and row["measure"].startswith("posts.by_month.")
    ]
    month = campaigns["ira"]["content"]["since"][:7]
    before = sum(posts for key, posts in counted if key < month)
    until = sum(posts for key, posts in counted if key <= month)
    assert 2 * before < sum(posts for _, posts in counted) <= 2 * until


def test_an_archive_that_is_no_release_is_refused_in_a_sentence():
    with pytest.raises(
        InputError, match=r"has no single release 'twitter_mirror' of an operation; enter it there"
    ):
        campaign_of("twitter_mirror")


def test_every_language_that_is_reported_has_a_name_and_a_script():
    keys = {
        row["measure"].rpartition(".")[2]
        for row in read_table(FOLDER / "releases.csv")
        if row["measure"].startswith("posts.by_language.")
    }
    assert {key for key in keys if key not in read_languages()} == {"und"}


def test_a_study_of_a_campaign_starts_from_its_file(root, tmp_path):
    code, said = dry_run(root, tmp_path, "--configfile", str(root / f"campaigns/{ONE}.yaml"))
    assert code == 0, said
    assert f"generate_replica_{ONE}" in said and "list_commonest" in said
    assert "china_" not in said and "label_posts" not in said


def test_without_files_or_a_replica_the_study_stops_with_a_sentence_and_fetch_does_not(root, tmp_path):
    file = str(root / "campaigns/iran_092020.yaml")
    code, said = dry_run(root, tmp_path, "--configfile", file)
    assert code != 0
    assert (
        "There are no files in data/raw/iran_092020, and the registry says too little of iran_092020" in said
    )
    code, said = dry_run(root, tmp_path, "fetch", "--configfile", file)
    assert code == 0, said


def test_a_country_that_the_package_of_holidays_lacks_stops_the_study_before_any_job(root, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("special_days: [TX]\n", encoding="utf-8")
    code, said = dry_run(root, tmp_path, "--configfile", str(root / f"campaigns/{ONE}.yaml"), str(mine))
    assert code != 0
    assert re.search(r"special_days: the package holidays has no country or part of a country 'TX'", said)


def test_a_deposit_without_released_files_stops_with_a_sentence(root, tmp_path):
    file = str(root / f"campaigns/{ONE}.yaml")
    code, said = dry_run(root, tmp_path, "write_deposit", "--configfile", file)
    assert code != 0
    assert (
        f"A deposit holds results of released files, and data/raw/{ONE} has no users and tweets files" in said
    )


def test_the_atlas_studies_each_release_whose_files_are_there_as_a_job(root, tmp_path):
    for name in (ONE, "spain_082019_1"):
        folder = tmp_path / "data/raw" / name
        folder.mkdir(parents=True)
        for kind in ("users", "tweets") if name == ONE else ("users",):
            (folder / f"{name}_{kind}_csv_hashed.csv").touch()
    code, said = dry_run(root, tmp_path, "atlas")
    assert code == 0, said
    # Without tweets there is nothing to compare.
    assert f"Studying {ONE}" in said and "Studying spain" not in said
    code, said = dry_run(root, tmp_path)
    assert code == 0 and "Studying" not in said
