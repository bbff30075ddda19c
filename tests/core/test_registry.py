"""The registry, and where an archive's files are found."""

import os

import pytest
import yaml

from takedown.core.errors import InputError
from takedown.core.registry import (
    check_raw_folder,
    known_counts,
    load_registry,
    locate_files,
    other_populations,
    unfinished_downloads,
)
from takedown.validation.replica.generate import FEWEST_ACCOUNTS


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


def test_the_registry_holds_the_archives_of_the_study(registry, root):
    config = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))
    assert set(config["archives"]) <= set(registry)


def test_what_is_downloaded_of_a_readable_archive_are_the_files_of_its_release(registry):
    for archive_id, entry in registry.items():
        if entry["files"] and "downloads" in entry:
            names = [file["name"] for file in entry["downloads"]]
            assert names == [entry["files"][kind]["name"] for kind in ("users", "tweets")], archive_id


def releases(registry):
    """Return Twitter's releases in Twitter's own files: not those of others, nor the R data of one of them."""
    return {name: entry for name, entry in registry.items() if entry["layout"] == "twitter_release"}


def test_every_release_of_twitter_has_its_accounts_and_its_posts_or_says_that_no_count_was_found(
    registry, root
):
    text = (root / "workflow/resources/archives.yaml").read_text(encoding="utf-8")
    assert {entry["released_on"][:4] for entry in releases(registry).values()} == set(
        ["2018", "2019", "2020", "2021"]
    )
    for archive_id, entry in releases(registry).items():
        accounts, posts = known_counts(entry)
        assert accounts and entry["source"] and entry["attribution"], archive_id
        own = text.partition(f"\n{archive_id}:\n")[2].partition("\n\n")[0]
        assert posts or "posts: null # " in own, archive_id


def test_a_release_has_a_replica_where_it_is_known_well_enough_to_simulate_it(registry, root):
    known = yaml.safe_load((root / "workflow/resources/replica.yaml").read_text(encoding="utf-8"))["archives"]
    for archive_id, entry in releases(registry).items():
        accounts, posts = known_counts(entry)
        enough = archive_id in known or (posts is not None and accounts >= FEWEST_ACCOUNTS)
        # The September archive is published by the hour, which is better than a replica.
        assert entry.get("replica", True) == (enough and archive_id != "china_092019"), archive_id


def test_populations_of_other_archives_than_those_of_the_ledger_are_named(root):
    config = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))
    path = root / "workflow/resources/claims.yaml"
    about = yaml.safe_load(path.read_text(encoding="utf-8"))["about"]
    own, series = config["subjects"], config["posting_series"]
    assert other_populations(about, own, series) == {}
    backwards = own | {"operation": own["operation"][::-1]}
    assert other_populations(about, backwards, series) == {}
    assert other_populations(about, own | {"operation": ["china_082019_r"]}, series) == {}
    assert other_populations(about, own | {"operation": ["china_082019_1"]}, "mx_0621") == {
        "operation": ["china_082019_1"],
        "posting_series": ["mx_0621"],
    }
    assert other_populations(about, own | {"control": []}, series) == {"control": []}


def test_a_replica_of_a_release_without_known_files_has_usual_names(registry, raw):
    files = locate(registry, raw, "thailand_092020")
    assert files.users == ["data/replica/thailand_092020/thailand_092020_users_csv_hashed.zip"]
    assert files.tweets == ["data/replica/thailand_092020/thailand_092020_tweets_csv_hashed.zip"]


def test_what_was_published_counts_more_than_what_was_announced():
    entry = {
        "announced_accounts": 936,
        "published_accounts": 744,
        "announced_posts": 9,
        "published_posts": None,
    }
    assert known_counts(entry) == (744, 9)


def test_a_download_must_be_encrypted_and_its_name_plain(registry, root, tmp_path):
    for key, value in (("urls", ["http://example.org/x.zip"]), ("name", "../x.zip"), ("name", ".x.zip")):
        entry = registry["china_082019_1"] | {
            "downloads": [{"name": "x.zip", "urls": ["https://example.org/x.zip"], key: value}]
        }
        (tmp_path / "archives.yaml").write_text(yaml.safe_dump({"china_082019_1": entry}))
        with pytest.raises(InputError, match="downloads"):
            load_registry(tmp_path / "archives.yaml", root / "workflow/schemas/archives.schema.yaml")


def test_a_record_of_a_download_and_an_unfinished_one_are_no_files_of_the_archive(registry, raw):
    for name in ("users.csv", "users.csv.sha256", ".tweets.zip.part", ".tweets.zip.source"):
        (raw / "china_082019_1" / name).write_text("x")
    assert [path[-9:] for path in locate(registry, raw).users] == ["users.csv"]
    assert locate(registry, raw).tweets == []
    assert unfinished_downloads("china_082019_1", raw) == ["tweets.zip"]


def test_a_misspelt_key_of_the_registry_is_named(root, tmp_path):
    registry = yaml.safe_load((root / "workflow/resources/archives.yaml").read_text(encoding="utf-8"))
    registry["china_082019_1"]["plattform"] = "twitter"
    (tmp_path / "archives.yaml").write_text(yaml.safe_dump(registry))
    with pytest.raises(InputError, match=r"archives\.yaml.*\n.*china_082019_1.*plattform"):
        load_registry(tmp_path / "archives.yaml", root / "workflow/schemas/archives.schema.yaml")


def test_without_files_a_replica_stands_in_under_the_names_of_the_release(registry, raw):
    (raw / "china_082019_1").rmdir()
    files = locate(registry, raw)
    assert files.provenance == "replica"
    assert files.users == ["data/replica/china_082019_1/china_082019_1_users_csv_hashed.zip"]
    assert files.tweets == ["data/replica/china_082019_1/china_082019_1_tweets_csv_hashed.zip"]


def test_files_of_other_layouts_are_not_simulated(registry, raw):
    mapped = registry["china_082019_1"] | {"layout": "mapped"}
    with pytest.raises(
        InputError, match=r"has no files in .*, and its layout cannot be simulated; put the files"
    ):
        locate_files("china_082019_1", mapped, raw, "data/replica")
    files = locate_files("china_082019_1", mapped | {"replica": False}, raw, "data/replica")
    assert files.provenance == "aggregate"


def test_an_empty_folder_is_no_release(registry, raw):
    (raw / "china_082019_1" / ".gitkeep").touch()
    assert locate(registry, raw).provenance == "replica"


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
    ("folder", "archive_id", "users", "tweets"),
    [
        (
            "RNA_0621",
            "rna_0621",
            ["RNA_0621_users_csv_unhashed.csv.gz"],
            ["RNA_0621_tweets_csv_unhashed.csv.gz"],
        ),
        (
            "GRU_202012",
            "gru_202012",
            ["users.csv.zst"],
            ["GRU_202012_tweets_csv_hashed_2019.csv", "tweets_2020.csv"],
        ),
        ("china_082019_3", "china_092019", ["users.csv"], ["china_082019_3_tweets_csv_hashed_part1.csv"]),
        ("China_082019_1", "china_082019_1", ["users_1.csv.gz", "users_2.csv.gz"], ["tweets_1.csv.gz"]),
    ],
)
def test_names_that_releases_bear_are_read(registry, raw, folder, archive_id, users, tweets):
    (raw / "china_082019_1").rmdir()
    (raw / folder).mkdir()
    for name in (*users, *tweets):
        (raw / folder / name).touch()
    check_raw_folder(raw, registry)
    files = locate(registry, raw, archive_id)
    assert files.users == [str(raw / folder / name) for name in users]
    assert files.tweets == [str(raw / folder / name) for name in tweets]


def test_two_folders_of_one_archive_are_refused(registry, raw):
    (raw / "CHINA_082019_1").mkdir()
    with pytest.raises(InputError, match="are both folders of china_082019_1"):
        check_raw_folder(raw, registry)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["users_1.csv", "users_1.zip"], "2 users files"),
        (["users_1.csv", "users.csv"], "2 users files"),
        (["users.parquet.gz"], "the name of neither"),
        (["tweets.zip"], "tweets but no users"),
        (["users_{x}.csv"], "has a brace in its name"),
        (["users_\n.csv"], r"users_\\n\.csv' has a character in its name that cannot be printed"),
        (["users_\udcff.csv"], r"users_\\udcff\.csv' has a character in its name that cannot be printed"),
        (["a\nb.txt"], r"a\\nb\.txt' has a character"),
        (["users.csv", "users.zip"], r"2 users files \(users\.csv, users\.zip\)"),
        (["notes.txt", "users.csv"], r"notes\.txt has the name of neither"),
        (["users_and_tweets.csv"], "the name of neither a users nor a tweets file"),
    ],
)
def test_files_that_do_not_fit_are_refused_in_one_sentence(registry, raw, names, sentence):
    for name in names:
        (raw / "china_082019_1" / name).touch()
    with pytest.raises(InputError, match=sentence) as error:
        locate(registry, raw)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["users.jsonl", "users.NDJSON", "users.parquet", "users.csv", "users.zip"])
def test_files_of_a_mapped_archive_may_have_other_forms(registry, raw, name):
    path = raw / "china_082019_1" / name
    path.touch()
    mapped = registry["china_082019_1"] | {"layout": "mapped"}
    assert locate_files("china_082019_1", mapped, raw, "data/replica").users == [str(path)]
    if path.suffix.lower() not in (".csv", ".zip"):
        with pytest.raises(InputError, match="the name of neither a users nor a tweets file"):
            locate(registry, raw)


def test_the_list_of_accounts_asked_for_is_found_or_missed(registry, raw):
    folder = raw / "china_082019_1"
    (folder / "users.csv").touch()
    asked = registry["china_082019_1"] | {"only_accounts": "asked_users.txt"}
    with pytest.raises(InputError, match=r"lacks asked_users\.txt, the list of accounts"):
        locate_files("china_082019_1", asked, raw, "data/replica")
    (folder / "asked_users.txt").touch()
    files = locate_files("china_082019_1", asked, raw, "data/replica")
    assert (files.users, files.only_accounts) == (
        [str(folder / "users.csv")],
        [str(folder / "asked_users.txt")],
    )


@pytest.mark.parametrize("archive_id", ["china_082019_r", "twitter_mirror"])
def test_downloads_in_other_forms_are_found_under_their_own_names(registry, raw, archive_id):
    (raw / archive_id).mkdir()
    names = [file["name"] for file in registry[archive_id]["downloads"]]
    for name in names:
        (raw / archive_id / name).touch()
    files = locate(registry, raw, archive_id)
    assert files.users == [str(raw / archive_id / names[0])]
    assert files.tweets == [str(raw / archive_id / name) for name in names[1:]]


def test_kinds_are_told_in_any_case_and_names_may_hold_quotes_and_blanks(registry, raw):
    names = ["Meine TWEETS 'neu'.ZIP", 'USERS "用户".CSV']
    for name in names:
        (raw / "china_082019_1" / name).touch()
    files = locate(registry, raw)
    assert [files.tweets[0][-len(names[0]) :], files.users[0][-len(names[1]) :]] == names


def test_a_folder_under_the_name_of_a_file_is_refused(registry, raw):
    (raw / "china_082019_1" / "users.csv").mkdir()
    with pytest.raises(InputError, match=r"users\.csv is a folder"):
        locate(registry, raw)


def test_a_link_that_leads_nowhere_is_refused(registry, raw):
    (raw / "china_082019_1" / "users.csv").symlink_to(raw / "gone.csv")
    with pytest.raises(InputError, match=r"users\.csv is a link to a file that does not exist"):
        locate(registry, raw)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_a_file_without_permission_is_refused(registry, raw):
    (raw / "china_082019_1" / "users.csv").touch(mode=0)
    with pytest.raises(InputError, match=r"users\.csv cannot be read by you"):
        locate(registry, raw)


def test_a_file_instead_of_an_archive_folder_is_refused(registry, raw):
    (raw / "china_082019_2").touch()
    with pytest.raises(InputError, match="cannot be read as a folder"):
        locate(registry, raw, "china_082019_2")


def test_files_of_an_archive_without_a_layout_are_refused(registry, raw):
    (raw / "facebook_082019").mkdir()
    (raw / "facebook_082019" / "users.csv").touch()
    with pytest.raises(InputError, match="no layout for facebook_082019"):
        locate(registry | {"facebook_082019": {"layout": None}}, raw, "facebook_082019")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "china_082019-1/",
            r"china_082019-1 is not an archive of the registry; did you mean .*china_082019_1\?",
        ),
        ("Iraq_201906_1/", "Iraq_201906_1 is not an archive of the registry; move it elsewhere"),
        ("IRAN_201906/", r"did you mean .*/iran_201906_[123]\?"),
        ("IRAN_201906_1_users.csv.gz", r"move it to .*/iran_201906_1\."),
        ("iran_201906_10_users.csv.gz", r"move it to .*<archive>\."),
        ("thailand_092020/IRAN_201906_1_users.zip", r"is named like a file of iran_201906_1;"),
        ("something/", "something is not an archive of the registry; move it elsewhere"),
        ("china_082019_2_users.zip", r"not in the folder of an archive; move it to .*china_082019_2\."),
        ("iran_201906_1_users.zip", r"move it to .*iran_201906_1\."),
        ("users.csv", "not in the folder of an archive"),
        (
            "thailand_092020/china_082019_1_users_csv_hashed.zip",
            r"is named like a file of china_082019_1; move it to .*/china_082019_1 or rename it\.",
        ),
    ],
)
def test_what_would_be_passed_over_in_the_raw_folder_is_refused(registry, raw, name, sentence):
    path = raw / name
    path.parent.mkdir(exist_ok=True)
    path.mkdir() if name.endswith("/") else path.touch()
    with pytest.raises(InputError, match=sentence) as error:
        check_raw_folder(raw, registry)
    assert "\n" not in str(error.value)


def test_other_files_beside_the_archives_are_left_alone(registry, raw):
    (raw / "notes.md").touch()
    (raw / ".git").mkdir()
    check_raw_folder(raw, registry)


def test_only_the_usual_raw_folder_may_be_absent(registry, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_raw_folder("data/raw", registry)
    with pytest.raises(InputError, match=r"data/rwa .* does not exist"):
        check_raw_folder("data/rwa", registry)


def test_a_registry_that_is_no_yaml_is_refused_in_one_sentence(root, tmp_path):
    (tmp_path / "archives.yaml").write_text("a: [1\nb: : 2\n")
    with pytest.raises(InputError, match=r"archives\.yaml, line 2: is not YAML") as error:
        load_registry(tmp_path / "archives.yaml", root / "workflow/schemas/archives.schema.yaml")
    assert "\n" not in str(error.value)
