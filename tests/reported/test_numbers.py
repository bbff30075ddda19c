"""Reading the tables: what a number knows of itself, and what is refused with a sentence."""

import shutil

import duckdb
import pytest

from takedown.core.errors import InputError
from takedown.reported.numbers import (
    FOLDER,
    definition_of,
    read_definitions,
    read_numbers,
    write_number_table,
)
from tests.reported.reported_study import registry


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the tables that a test may change."""
    return shutil.copytree(FOLDER, tmp_path / "reported")


def put(folder, table: str, old: str, new: str) -> None:
    path = folder / table
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(folder) -> str:
    with pytest.raises(InputError) as error:
        read_numbers(registry(), folder)
    return str(error.value)


def test_the_longest_name_of_a_definition_counts():
    names = {"posts.hashtag": ..., "posts": ..., "posts.by_client": ...}
    assert definition_of("posts.by_client.Zapier.com", names) == ("posts.by_client", "Zapier.com")
    assert definition_of("posts.hashtags", names) == ("posts", "hashtags")
    with pytest.raises(InputError, match="likes has no definition; add one"):
        definition_of("likes", names)


def test_a_number_has_its_archives_its_definition_and_its_key():
    numbers = read_numbers(registry())
    [number] = [n for n in numbers if n.measure == "posts.originals_en_zh_by_year.2017"]
    assert number.archives == ("china_082019_1", "china_082019_2")
    assert (number.key, number.definition.query, number.value) == ("2017", "originals_years", "204358")
    [number] = [n for n in numbers if n.measure == "retweets.institution.thai_pbs"]
    assert (number.key, number.value, number.archives) == ("@ThaiPBS", "253", ("thailand_092020",))


def test_a_number_of_all_releases_has_the_source_and_the_address_of_its_file():
    [number] = [
        n for n in read_numbers(registry()) if (n.archive_id, n.measure) == ("ira", "posts.by_month.2014-08")
    ]
    assert (number.source, number.version, number.derived) == ("basel2020", "2020", False)
    assert number.url.endswith("/f9fe9ca555639f7e7af970d5b3f2542b2364104d/twitter/twitter-data.csv")


def test_a_number_about_no_archive_has_none():
    [number] = [n for n in read_numbers(registry()) if n.measure == "accounts.suspended_wider_network"]
    assert (number.archives, number.value, number.low, number.high) == ((), "200000", "150000", "250000")


def test_the_table_of_numbers_is_typed_and_in_order(tmp_path):
    write_number_table(read_numbers(registry()), tmp_path / "reported_number.parquet")
    table = duckdb.read_parquet(str(tmp_path / "reported_number.parquet"))
    assert len(table) == 6037
    types = dict(zip(table.columns, map(str, table.types), strict=True))
    assert {name for name, kind in types.items() if kind != "VARCHAR"} == {"low", "high", "derived"}
    [row] = table.filter("measure = 'accounts.suspended_wider_network'").fetchall()
    assert row[:10] == (
        *("", "accounts.suspended_wider_network", "Twitter announcement 19 Aug 2019", "200000", "accounts"),
        *(150000.0, 250000.0, "accounts of the wider network that were suspended", "any", False),
    )
    keys = table.project("archive_id, measure, source, population, locator").fetchall()
    assert keys == sorted(keys) and len(set(keys)) == len(keys)


def test_days_in_parameters_are_text():
    parameters = read_definitions()["accounts.created_2019-05_to_2019-08"].parameters
    assert parameters == {"since": "2019-05-01", "until": "2019-08-31"}


@pytest.mark.parametrize(
    ("table", "old", "new", "sentence"),
    [
        (
            "numbers.csv",
            "archive_id,measure",
            "archive,measure",
            "numbers.csv has other columns than archive_id, ",
        ),
        (
            "numbers.csv",
            "accounts.total,five networks,1594",
            "accounts.total,five networks,1 594",
            "'1 594' is no value",
        ),
        ("numbers.csv", "china_082019_1,", "china_082019_9,", "the registry has no archive 'china_082019_9'"),
        ("numbers.csv", "posts.chinese_share,", "posts.chinese,", "posts.chinese has no definition"),
        ("numbers.csv", "posts.by_year.2008,", "posts.by_year,", "posts.by_year needs a key"),
        (
            "numbers.csv",
            "posts.chinese_share,",
            "posts.chinese_share.zh,",
            "posts.chinese_share.zh needs no key",
        ),
        (
            "numbers.csv",
            "200000,accounts,150000",
            "200000,accounts,210000",
            "200000 lies outside of its range",
        ),
        (
            "releases.csv",
            "posts.by_month.2018-04",
            "posts.by_month.2018-05",
            "posts.by_month.2018-05 of bangladesh_201901_1 is given twice",
        ),
        (
            "definitions.yaml",
            "needs: creation days}",
            "needs: nothing}",
            "accounts.total.needs: 'nothing' is not one of",
        ),
        ("keys.csv", "definition,key,value", "definition,key", "keys.csv has other columns"),
    ],
)
def test_a_fault_is_told_in_one_sentence(folder, table, old, new, sentence):
    put(folder, table, old, new)
    told = refused(folder)
    assert sentence in told and told.count(". ") == 0 and told.endswith(".")


def test_a_number_that_the_table_of_releases_has_is_not_given_again(folder):
    line = "china_082019_1,posts.total,whole file,1898108,posts,,,2020,false,basel2020,a file,https://a.example,\n"
    with (folder / "numbers.csv").open("a", encoding="utf-8") as file:
        file.write(line)
    assert refused(folder) == "posts.total of china_082019_1 is given twice from basel2020; take one away."
