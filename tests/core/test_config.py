"""The configuration is checked in whole before anything runs."""

import copy
import datetime
import itertools

import pytest
import yaml

from takedown.core.config import find_mistakes, find_unknown_countries
from takedown.core.config_file import check_config_file, dates_as_text, stop_at_mistakes
from takedown.core.errors import InputError

#: Lists of terms that the configuration may name.
LISTS = ["hong_kong", "protest", "slur", "news", "state_media"]


@pytest.fixture
def parts(root):
    """Return the configuration, its schema and the registry."""
    files = ("config.yaml", "workflow/schemas/config.schema.yaml", "workflow/resources/archives.yaml")
    return [yaml.safe_load((root / file).read_text(encoding="utf-8")) for file in files]


def test_the_configuration_that_comes_with_the_study_has_no_mistakes(parts):
    assert find_mistakes(*parts, LISTS) == []


def test_every_mistake_is_reported_at_once_one_line_each(parts):
    config, schema, registry = parts
    config["replica"]["sclae"] = 0.2
    config["office_hours"] = [9]
    del config["posting_series"]
    config["creation"]["burst_alpha"] = "0.05"
    assert find_mistakes(config, schema, registry, LISTS) == [
        "posting_series: is missing",
        "creation.burst_alpha: '0.05' is not a number",
        "office_hours: [9] is too short",
        "replica.sclae: unknown key (did you mean 'scale'?)",
    ]


def test_two_missing_keys_are_two_lines(parts):
    config, schema, registry = parts
    del config["replica"]["seed"], config["replica"]["folder"]
    assert find_mistakes(config, schema, registry, LISTS) == [
        "replica.folder: is missing",
        "replica.seed: is missing",
    ]


def test_an_archive_that_the_registry_lacks_is_named_with_the_nearest(parts):
    config, schema, registry = parts
    config["archives"][0] = "china_08_2019_1"
    config["subjects"]["operation"] = ["china_082019_2"]
    assert find_mistakes(config, schema, registry, LISTS) == [
        "archives: the registry has no archive 'china_08_2019_1' (did you mean 'china_082019_1'?)"
    ]


def test_a_subject_needs_its_archives_among_those_taken_in(parts):
    config, schema, registry = parts
    config["archives"].remove("china_082019_2")
    (line,) = find_mistakes(config, schema, registry, LISTS)
    assert line.startswith("subjects.operation: 'china_082019_2' is not among the archives")


@pytest.mark.parametrize(
    ("section", "key", "value", "line"),
    [
        (
            "subjects",
            "control",
            ["china_082019_1"],
            "subjects: 'china_082019_1' is named as operation and as control",
        ),
        (
            "creation",
            "control_cut",
            "2019-02-30",
            "creation.control_cut: '2019-02-30' is not a calendar date",
        ),
        ("replica", "scale", float("nan"), "replica.scale: nan is not a finite number"),
    ],
)
def test_a_value_that_only_looks_right_is_a_mistake(parts, section, key, value, line):
    config, schema, registry = parts
    config[section][key] = value
    assert find_mistakes(config, schema, registry, LISTS) == [line]


def test_paths_that_snakemake_cannot_work_with_are_mistakes(parts):
    config, schema, registry = parts
    config["raw_folder"] = "data/{raw}"
    config["replica"]["folder"] = "a\nb"
    config["pairs"]["events"] = "it's $(fine) [*]?.csv"
    assert find_mistakes(config, schema, registry, LISTS) == [
        "raw_folder: 'data/{raw}' has a brace in its name, which Snakemake reads as a wildcard; rename it.",
        r"replica.folder: 'a\nb' has a character in its name that cannot be printed; rename it.",
    ]


def test_dates_written_without_quotes_are_text_again():
    config = {"creation": {"control_cut": datetime.date(2019, 8, 19)}, "list": [datetime.date(2019, 5, 31)]}
    assert dates_as_text(config) == {"creation": {"control_cut": "2019-08-19"}, "list": ["2019-05-31"]}


def _nodes(schema, path=""):
    for key, node in schema.get("properties", {}).items():
        yield f"{path}{key}", node
        yield from _nodes(node, f"{path}{key}.")


@pytest.mark.parametrize("name", ["config", "archives", "claims"])
def test_every_property_of_a_schema_is_described_and_unknown_keys_are_refused(root, name):
    schema = yaml.safe_load((root / f"workflow/schemas/{name}.schema.yaml").read_text(encoding="utf-8"))
    for key, node in _nodes(schema):
        assert node.get("description"), key
        if node.get("type") == "object":
            assert node.get("additionalProperties") is not None, key


def test_every_key_of_the_configuration_has_a_comment_above(root):
    lines = (root / "config.yaml").read_text(encoding="utf-8").splitlines()
    for above, line in itertools.pairwise(lines):
        key = line.split(":")[0].strip()
        if line.strip().startswith("-") or not line.strip() or line.startswith("#") or key.startswith("#"):
            continue
        siblings = above.strip().startswith(("operation:", "#"))
        assert siblings or above.endswith(":"), line


def test_a_changed_copy_does_not_change_the_original(parts):
    config, schema, registry = parts
    before = copy.deepcopy(config)
    find_mistakes(config, schema, registry, LISTS)
    assert config == before


def test_the_earlier_cut_lies_before_the_cut(parts):
    config, schema, registry = parts
    config["creation"]["earlier_cut"] = config["creation"]["control_cut"]
    assert find_mistakes(config, schema, registry, LISTS) == [
        "creation.earlier_cut: must be before creation.control_cut"
    ]


def test_a_list_that_posts_are_not_labelled_with_is_refused(parts):
    config, schema, registry = parts
    config["life"]["topic_lists"] = ["hongkong"]
    (line,) = find_mistakes(config, schema, registry, LISTS)
    assert line == (
        "life.topic_lists: workflow/resources/terms.yaml has no list 'hongkong' (did you mean 'hong_kong'?)"
    )


def test_a_list_of_the_topic_is_one_that_posts_are_labelled_with(parts):
    config, schema, registry = parts
    config["content"]["lists"] = ["hong_kong", "slurs"]
    assert find_mistakes(config, schema, registry, LISTS) == [
        "content.lists: workflow/resources/terms.yaml has no list 'slurs' (did you mean 'slur'?)",
        "life.topic_lists: 'protest' is not among content.lists; add it there too, or set life.topic_lists to []",
    ]


def test_a_day_after_the_last_disclosure_is_a_mistake(parts):
    config, schema, registry = parts
    config["content"]["since"] = "2091-06-09"
    assert find_mistakes(config, schema, registry, LISTS) == [
        "content.since: 2091-06-09 is after the last disclosure of these archives, 2019-11-02 (control_hk_protest_2019_11)"
    ]


def test_a_value_of_none_of_several_forms_is_answered_with_the_forms(parts):
    config, schema, registry = parts
    config["special_days"] = "TH"
    (line,) = find_mistakes(config, schema, registry, LISTS)
    assert line.startswith("special_days: 'TH' does not fit; write hong_kong (")
    assert line.endswith("like [TH] or [ES-CT]")


def test_a_part_of_a_country_without_holidays_of_its_own_is_named():
    assert find_unknown_countries(["ES", "ES-CT", "ES-XX"]) == [
        "special_days: the package holidays has no country or part of a country 'ES-XX'"
    ]


def test_events_are_together_within_less_than_they_are_near(parts):
    config, schema, registry = parts
    config["coordination"]["near_seconds"] = config["coordination"]["window_seconds"]
    assert find_mistakes(config, schema, registry, LISTS) == [
        "coordination.window_seconds: must be less than coordination.near_seconds"
    ]


def test_the_posts_that_count_begin_before_they_end(parts):
    config, schema, registry = parts
    config["coordination"]["since"] = "2019-08-20"
    assert find_mistakes(config, schema, registry, LISTS) == [
        "coordination.since: must not be after creation.control_cut"
    ]


def test_a_mistyped_archive_is_not_suggested_for_another(parts):
    config, schema, registry = parts
    config["archives"] = ["china_082019_1", "china_08219_2", *config["archives"][2:]]
    lines = find_mistakes(config, schema, registry, LISTS)
    assert "archives: the registry has no archive 'china_08219_2' (did you mean 'china_082019_2'?)" in lines
    assert not any("did you mean 'china_08219_2'" in line for line in lines)


def test_keys_of_several_types_that_nobody_knows_are_each_named(parts):
    config, schema, registry = parts
    config |= {1: "a", "foo": "b"}
    assert find_mistakes(config, schema, registry, LISTS) == ["1: unknown key", "foo: unknown key"]


def test_an_offset_of_no_quarter_of_an_hour_is_refused(parts):
    config, schema, registry = parts
    config["utc_offset_hours"] = 8.1
    assert find_mistakes(config, schema, registry, LISTS) == [
        "utc_offset_hours: 8.1 is not a multiple of 0.25"
    ]


@pytest.mark.parametrize(
    "folder", ["data/raw", "data", "data/raw/china_082019_1", "data/../data/raw/x", "link"]
)
def test_a_replica_never_lies_among_real_files(parts, tmp_path, monkeypatch, folder):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "link").symlink_to("data/raw")
    config, schema, registry = parts
    config["replica"]["folder"] = folder
    (line,) = find_mistakes(config, schema, registry, LISTS)
    assert line.startswith("replica.folder:") and "raw_folder must not contain each other" in line


@pytest.mark.parametrize(
    "key", [("replica", "folder"), ("coordination", "scratch_folder"), ("pairs", "scratch_folder")]
)
def test_the_study_writes_outside_its_folder_only_if_allowed(parts, tmp_path, monkeypatch, key):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("/")
    config, schema, registry = parts
    for folder in ("/elsewhere", "../elsewhere", "link/elsewhere"):
        config[key[0]][key[1]] = folder
        (line,) = find_mistakes(config, schema, registry, LISTS)
        assert line.startswith(f"{key[0]}.{key[1]}: {folder!r} is outside the study")
    config["write_outside_study"] = True
    assert find_mistakes(config, schema, registry, LISTS) == []


@pytest.mark.parametrize("value", [2.0, True, 10**300, -(10**300)])
def test_only_a_whole_number_of_usual_size_is_a_whole_number(parts, value):
    config, schema, registry = parts
    config["shards"] = config["inference"]["seed"] = value
    lines = find_mistakes(config, schema, registry, LISTS)
    assert len(lines) >= 2 and all(len(line) < 150 for line in lines)


LAUGHS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 9)}]\n" for n in range(12))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("shards: 1\nshards: 2\n", "line 2: the key 'shards' is written twice"),
        ("replica: {scale: 0.1,\n  scale: 0.2}\n", "line 2: the key 'scale' is written twice"),
        ("a: 1\nday: 2019-02-30\n", "line 2: '2019-02-30' is not a date"),
        ("a: " + "9" * 5000, "line 1: '9+' is not a number"),
        (LAUGHS, "aliases stand for more than 100000 values"),
        ("a: &a [*a]\n", "line 1: contains itself"),
        ("a: &a {b: *a}\n", "line 1: contains itself"),
        ("a: " + "[" * 5000, "nested too deeply"),
        ("a:\n\tb: 1\n", "line 2: is not YAML"),
        ("a: 1\nb: !!python/tuple [1]\n", "line 2: .*has the tag"),
        ("a: 1\nb: \0\n", "line 2: has a character that YAML forbids"),
        ("- a\n", "has no keys at its top level"),
        ("a: é\n".encode("latin-1"), "line 1: is not UTF-8"),
        ("a: 1\n".encode("utf-16"), "line 1: is not UTF-8"),
    ],
)
def test_a_configuration_file_that_cannot_be_loaded_is_refused_by_its_line(tmp_path, text, sentence):
    path = tmp_path / "mine.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError, match=sentence) as error:
        check_config_file(path)
    assert str(error.value).startswith(str(path)) and str(error.value).isprintable()
    for arguments in (
        ["--configfile", str(path)],
        ["-n", f"--configfile={path}"],
        ["--configfiles", "x", str(path)],
    ):
        with pytest.raises(SystemExit, match=sentence):
            stop_at_mistakes(["snakemake", *arguments, "--cores", "1"])


def test_the_files_of_the_study_can_be_loaded(root):
    for path in (root / "config.yaml", *root.glob("campaigns/*.yaml"), *root.glob("tests/config/*.yaml")):
        check_config_file(path)
