"""The registry, and where an archive's files are found."""

import pytest
import yaml

from takedown.errors import InputError
from takedown.registry import load_registry, locate_files


@pytest.fixture
def registry(root):
    return load_registry(
        root / "workflow/resources/archives.yaml", root / "workflow/schemas/archives.schema.yaml"
    )


@pytest.fixture
def raw(tmp_path):
    (tmp_path / "raw" / "china_082019_1").mkdir(parents=True)
    return tmp_path / "raw"


def locate(registry, raw, archive_id="china_082019_1"):
    return locate_files(archive_id, registry[archive_id], raw, "data/replica")


def test_the_registry_holds_the_five_archives(registry):
    assert list(registry) == [
        "china_082019_1",
        "china_082019_2",
        "china_092019",
        "control_hk_protest_2019_11",
        "facebook_082019",
    ]


def test_a_misspelt_key_of_the_registry_is_named(root, tmp_path):
    registry = yaml.safe_load((root / "workflow/resources/archives.yaml").read_text(encoding="utf-8"))
    registry["china_082019_1"]["plattform"] = "twitter"
    (tmp_path / "archives.yaml").write_text(yaml.safe_dump(registry))
    with pytest.raises(InputError, match=r"archives\.yaml.*\n.*china_082019_1.*plattform"):
        load_registry(tmp_path / "archives.yaml", root / "workflow/schemas/archives.schema.yaml")


def test_without_files_a_replica_stands_in_under_the_names_of_the_release(registry, raw):
    files = locate(registry, raw)
    assert files.provenance == "replica"
    assert files.users == ["data/replica/china_082019_1/china_082019_1_users_csv_hashed.zip"]
    assert files.tweets == ["data/replica/china_082019_1/china_082019_1_tweets_csv_hashed.zip"]


@pytest.mark.parametrize("archive_id", ["china_092019", "facebook_082019"])
def test_an_archive_of_counts_only_has_no_replica(registry, raw, archive_id):
    files = locate(registry, raw, archive_id)
    assert (files.provenance, files.users, files.tweets) == ("aggregate", [], [])


@pytest.mark.parametrize("name", ["china_082019_1_users_csv_hashed.zip", "users.csv", "my_users.CSV"])
def test_a_users_file_alone_is_a_release_without_posts(registry, raw, name):
    path = raw / "china_082019_1" / name
    path.touch()
    files = locate(registry, raw)
    assert (files.provenance, files.users, files.tweets) == ("release", [str(path)], [])


def test_several_tweets_files_are_taken_together_in_the_order_of_their_names(registry, raw):
    for name in ("users.csv", "tweets_2.zip", "tweets_1.zip", ".DS_Store"):
        (raw / "china_082019_1" / name).touch()
    assert [path[-12:] for path in locate(registry, raw).tweets] == ["tweets_1.zip", "tweets_2.zip"]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["tweets.zip"], "tweets but no users"),
        (["users.csv", "users.zip"], "2 users files"),
        (["notes.txt", "users.csv"], r"notes\.txt is neither"),
        (["users_and_tweets.csv"], "neither a users nor a tweets file"),
    ],
)
def test_files_that_do_not_fit_are_refused_in_one_sentence(registry, raw, names, sentence):
    for name in names:
        (raw / "china_082019_1" / name).touch()
    with pytest.raises(InputError, match=sentence) as error:
        locate(registry, raw)
    assert "\n" not in str(error.value)
