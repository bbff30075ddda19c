"""The curated tables: each column of each table, and what their rows have to do with each other."""

import csv
import re
from collections import Counter, defaultdict

import pytest
import yaml
from jsonschema import Draft202012Validator

from takedown.core.paths import SQL_FOLDER
from takedown.reported.atlas import read_countries
from takedown.reported.numbers import FOLDER, RELEASES_SOURCE, SCHEMA, UNION, read_definitions, read_numbers
from tests.reported.reported_study import registry

RULES = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))["$defs"]
TABLES = ("numbers", "releases", "facebook_removals", "keys", "countries")


def rows_of(table: str) -> list[dict[str, str]]:
    with (FOLDER / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def numbers():
    return read_numbers(registry())


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table in TABLES for column in RULES[table]["properties"]]
)
def test_every_value_of_a_column_is_one_that_the_schema_allows(table: str, column: str):
    validator = Draft202012Validator(RULES[table]["properties"][column])
    values = {row[column] for row in rows_of(table)}
    assert values and [value for value in sorted(values) if not validator.is_valid(value)] == []


@pytest.mark.parametrize(
    ("table", "column", "wrong"),
    [
        ("numbers", "archive_id", "China 2019"),
        ("numbers", "measure", "posts by month"),
        ("numbers", "population", " padded"),
        ("numbers", "value", "1,234"),
        ("numbers", "unit", "tweets"),
        ("numbers", "low", "about"),
        ("numbers", "high", "-"),
        ("numbers", "version", "2021"),
        ("numbers", "derived", "yes"),
        ("numbers", "source", "Chua Chin Hon"),
        ("numbers", "locator", ""),
        ("numbers", "url", "the release itself"),
        ("numbers", "note", "derived"),
        ("releases", "archive_id", "a+b"),
        ("releases", "measure", "posts"),
        ("releases", "value", "1.5"),
        ("releases", "locator", "data.csv"),
        ("facebook_removals", "announced_on", "12/20/2019"),
        ("facebook_removals", "origin", "Vietnam, USA"),
        ("facebook_removals", "accounts", "1,488"),
        ("keys", "value", "army2pr"),
        ("countries", "languages", "Thai"),
        ("countries", "utc_offset_hours", "+7"),
        ("countries", "holidays", "Thailand"),
        ("countries", "note", "summer time"),
    ],
)
def test_the_schema_refuses_a_value_that_is_none_of_its_column(table: str, column: str, wrong: str):
    assert not Draft202012Validator(RULES[table]["properties"][column]).is_valid(wrong)


def test_rows_are_as_many_as_the_readme_says():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (\w+)\.csv \|.*\| ([\d,]+) \|$", readme, re.MULTILINE))
    assert {table: len(rows_of(table)) for table in TABLES} == {
        table: int(count.replace(",", "")) for table, count in told.items()
    }


def test_every_source_is_in_the_bibliography(root, numbers):
    entries = "".join(
        (root / "paper" / name).read_text(encoding="utf-8") for name in ("references.bib", "reported.bib")
    )
    keys = re.findall(r"^@\w+\{(\w+),", entries, re.MULTILINE)
    assert len(keys) == len(set(keys))
    assert {number.source for number in numbers} <= set(keys)


def test_every_entry_of_the_bibliography_of_sources_is_used_and_has_title_author_and_address(root, numbers):
    text = (root / "paper/reported.bib").read_text(encoding="utf-8")
    entries = dict(re.findall(r"^@\w+\{(\w+),\n(.*?)^\}", text, re.MULTILINE | re.DOTALL))
    assert set(entries) == {number.source for number in numbers} - {
        "bellutta2023",
        "luceri2024",
        "schoch2022",
        "uren2019",
    }
    for key, entry in entries.items():
        assert "author = {" in entry and "title = {" in entry, key
        assert "url = {http" in entry or "doi = {" in entry, key


def test_archives_are_those_of_the_registry(numbers):
    assert {archive for number in numbers for archive in number.archives} <= set(registry())


def test_no_number_is_a_recount_of_this_study(numbers):
    texts = " ".join(f"{number.note} {number.url} {number.population}" for number in numbers)
    assert "recomputed" not in texts and "by us" not in texts


def test_derived_numbers_say_so_and_from_what(numbers):
    assert sum(number.derived for number in numbers) == 128
    assert {number.derived for number in numbers if number.note.startswith("Derived")} == {True}
    assert all(number.note.startswith("Derived") for number in numbers if number.derived)


def test_the_two_downloads_of_august_2019_are_never_mixed(numbers):
    august = {"china_082019_1", "china_082019_2"}
    totals = defaultdict(set)
    for number in numbers:
        if number.measure == "posts.total" and set(number.archives) == august and not number.low:
            totals[number.version].add(int(number.value))
    assert totals == {"2019": {3614909, 3614907, 3614906}, "2020": {3606186}}
    for number in numbers:
        if august & set(number.archives) and number.source in ("chua2019", "carlping2019"):
            assert number.version in ("2019", "any"), number
        if number.source == RELEASES_SOURCE and number.archive_id.startswith("china_0820"):
            assert number.version in ("2020", "any"), number


def test_months_of_every_release_add_up_to_its_posts():
    months, totals = Counter(), {}
    for row in rows_of("releases"):
        if row["measure"].startswith("posts.by_month."):
            months[row["archive_id"]] += int(row["value"])
        if row["measure"] == "posts.total":
            totals[row["archive_id"]] = int(row["value"])
    assert len(totals) == 28 and dict(months) == totals


def test_languages_and_clients_of_no_release_exceed_its_posts(numbers):
    totals = {
        row["archive_id"]: int(row["value"]) for row in rows_of("releases") if row["measure"] == "posts.total"
    }
    for kind in ("posts.by_language.", "posts.by_client."):
        sums = Counter()
        for row in rows_of("releases"):
            if row["measure"].startswith(kind):
                sums[row["archive_id"]] += int(row["value"])
        assert set(sums) == set(totals) and all(sums[archive] <= totals[archive] for archive in totals)


def test_a_sum_over_files_is_the_sum_of_the_files(numbers):
    value = {
        (n.archive_id, n.measure): int(n.value)
        for n in numbers
        if n.source == RELEASES_SOURCE and n.value.isdigit()
    }
    one, two, three = "china_082019_1", "china_082019_2", "china_092019"
    for together in (f"{one}+{two}", f"{one}+{two}+{three}"):
        parts = together.split(UNION)
        for measure in ("posts.total", "posts.by_language.zh", "posts.by_language.en"):
            assert value[together, measure] == sum(value[part, measure] for part in parts)


def test_the_removal_of_august_2019_is_told_alike_in_both_tables(numbers):
    [removal] = [row for row in rows_of("facebook_removals") if row["archive_id"] == "facebook_082019"]
    told = {
        n.measure: n.value
        for n in numbers
        if n.archive_id == "facebook_082019" and n.source == RELEASES_SOURCE
    }
    assert told == {
        "facebook.accounts_removed": removal["accounts"],
        "facebook.pages_removed": removal["pages"],
        "facebook.groups_removed": removal["groups"],
        "facebook.page_followers": removal["page_followers"],
        "facebook.group_members": removal["group_members"],
    }


def test_every_definition_is_used_and_its_query_exists(numbers):
    definitions = read_definitions()
    asked = {definition.query for definition in definitions.values() if definition.query}
    helpers = {"basis", "repost_cells", "co_posting", "reported_number", "reference_coincidence"}
    helpers |= {"deposit_hours", "deposit_values"}
    assert asked | helpers == {path.stem for path in (SQL_FOLDER / "reported").glob("*.sql")}
    used = {number.definition.words for number in numbers}
    assert {definition.words for definition in definitions.values()} == used


def test_every_key_of_another_name_is_asked_for(numbers):
    asked = {number.measure for number in numbers}
    assert {f"{row['definition']}.{row['key']}" for row in rows_of("keys")} == {
        measure for measure in asked if ".institution." in measure
    }


def test_every_state_that_an_operation_is_attributed_to_has_its_languages():
    attributed = {entry["attribution"] for entry in registry().values() if entry["role"] == "operation"}
    assert attributed - {None} - set(read_countries()) == {"Various"} & attributed
