"""Labels of posts: each term where it stands, in both scripts, and no other."""

import re

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takedown.content.labels import label_posts
from takedown.content.terms import load_outlets, load_terms
from takedown.core.database import read_sql

TERMS, OUTLETS = load_terms(), load_outlets()
FULL_WIDTH = {code + 0xFEE0: chr(code) for code in (*range(48, 58), *range(64, 91), 95, *range(97, 123))}


def label(
    folder, texts=(), hashtags=(), links=(), shuffled=False, terms=TERMS, outlets=OUTLETS
) -> list[tuple]:
    """Return post_term of posts numbered by their place in each argument."""
    with duckdb.connect() as connection:
        connection.execute(read_sql("core/schema.sql"))
        posts = [[str(i), text] for i, text in enumerate(texts)]
        if posts:
            connection.executemany(
                "INSERT INTO post BY NAME SELECT 'a' AS archive_id, ? AS post_id, '1' AS account_id, "
                "TIMESTAMP '2019-06-12' AS posted_at, ? AS text, false AS is_repost",
                posts[:: -1 if shuffled else 1],
            )
        for table, values in (("post_hashtag", hashtags), ("post_url", links)):
            for i, value in enumerate(values):
                connection.execute(f"INSERT INTO {table} VALUES ('a', ?, 1, ?)", [str(i), value])
        files = {table: folder / f"{table}.parquet" for table in ("post", "post_hashtag", "post_url")}
        for table, path in files.items():
            connection.table(table).write_parquet(str(path))
        label_posts(files.values(), "a", terms, outlets, folder / "post_term.parquet")
        return connection.read_parquet(str(folder / "post_term.parquet")).fetchall()


def terms_by_brute_force(text: str) -> set[tuple[str, str]]:
    plain = text.translate(FULL_WIDTH).lower()
    return {
        (term.list, term.text)
        for term in TERMS
        if (
            re.search(rf"\b{'[^a-z0-9_]+'.join(term.text.split(' '))}\b", plain, re.ASCII)
            if term.is_word
            else term.text in plain
        )
    }


PIECES = [
    *(term.text for term in TERMS),
    *[
        "crisis",
        "ISIS",
        "ＩＳＩＳ",
        "is",
        "Hong",
        "KONG",
        "#",
        " ",
        "-",
        "_",
        "，",
        "的",
        "s",
        "é",
        "\n",
        "HK",
    ],
]


@settings(max_examples=6, deadline=None)
@given(texts=st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), min_size=30, max_size=60))
def test_terms_are_those_that_brute_force_finds(tmp_path_factory, texts):
    found = label(tmp_path_factory.mktemp("labels"), texts)
    assert {row[1:] for row in found} == {
        (str(i), *term) for i, text in enumerate(texts) for term in terms_by_brute_force(text)
    }


TEXTS = [
    ("a crisis", []),
    ("like ISIS.", ["isis"]),
    ("香港isis分子", ["香港", "isis"]),
    ("ＩＳＩＳ", ["isis"]),
    ("#ISIS", ["isis"]),
    ("isis_fan", []),
    ("#HongKongProtests", ["hongkong", "hongkongprotest"]),
    ("Hong  Kong", ["hong kong"]),
    ("支持警察打擊恐怖份子", ["恐怖份子"]),
    ("打击恐怖主义", ["恐怖主义"]),
    ("甲由", []),
    ("曱甴", ["曱甴"]),
    ("", []),
    (None, []),
]
LINKS = [
    ("https://www.people.com.cn/a", "people.com.cn"),
    ("http://people.cn", "people.cn"),
    ("https://EN.People.cn:443/x?y", "people.cn"),
    ("people.cn/a", "people.cn"),
    ("https://people.cn./", "people.cn"),
    ("https://user:word@people.cn/", "people.cn"),
    ("https://english.news.cn#top", "news.cn"),
    ("https://www.chinanews.com.cn/", "chinanews.com.cn"),
    ("https://example.org/people.cn", None),
    ("https://notpeople.cn/", None),
    ("https://people.cn.example.org/", None),
    ("https://people.cnx/", None),
    ("https://example.org/?u=https://people.cn", None),
    ("https://example.org@evil.org/@people.cn/", None),
]
HANDLES = [
    ("RT @XHNews: 港", ["rt @xhnews"]),
    ("RT @someone: by @xhnews", ["@xhnews"]),
    ("RT @XHNews: with @PDChina", ["@pdchina", "rt @xhnews"]),
    ("see ＠ＸＨＮｅｗｓ", ["@xhnews"]),
    ("新华社@XHNews报道", ["@xhnews"]),
    ("@XHNews_fan", []),
    ("mail@xhnews.org", []),
    ("RT @XHNewsroom: x", []),
]


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory) -> list[tuple]:
    """Label all cases worked by hand at once: texts first, then handles; links belong to the first posts."""
    assert len(LINKS) <= len(TEXTS)
    texts = [text for text, _ in (*TEXTS, *HANDLES)]
    return label(tmp_path_factory.mktemp("labels"), texts, links=[link for link, _ in LINKS])


def labels_of(found: list[tuple], number: int, outlets: bool) -> list[str]:
    return [
        term for _, post, name, term in found if post == str(number) and (name == "state_media") == outlets
    ]


@pytest.mark.parametrize(("number", "expected"), [*enumerate(expected for _, expected in TEXTS)])
def test_terms_by_hand(by_hand, number, expected):
    assert sorted(labels_of(by_hand, number, False)) == sorted(expected)


def test_a_hashtag_counts_where_the_text_was_cut(tmp_path):
    assert label(tmp_path, ["RT @x: cut…"], hashtags=["反送中"]) == [
        ("a", "0", "hong_kong", "反送中"),
        ("a", "0", "protest", "反送中"),
    ]


@pytest.mark.parametrize(("number", "domain"), [*enumerate(domain for _, domain in LINKS)])
def test_a_link_counts_by_its_host(by_hand, number, domain):
    assert labels_of(by_hand, number, True) == ([domain] if domain else [])


@pytest.mark.parametrize(("number", "expected"), [*enumerate((e for _, e in HANDLES), start=len(TEXTS))])
def test_handles_are_mentioned_or_reposted(by_hand, number, expected):
    assert labels_of(by_hand, number, True) == expected


def test_labels_are_sorted_and_do_not_depend_on_the_order_of_posts(tmp_path):
    texts = ["香港 ISIS cockroach", "protest in Hong Kong", "新聞 蟑螂"]
    found = label(tmp_path, texts)
    assert found == sorted(found) == label(tmp_path, texts, shuffled=True)


def test_an_archive_without_posts_has_no_labels(tmp_path):
    assert label(tmp_path) == []


def test_every_way_to_refer_to_an_outlet_is_a_term():
    ways = OUTLETS[0].terms
    assert ways["xinhuanet.com"] == "link"
    assert ways["@xhnews"] == "mention"
    assert ways["rt @xhnews"] == "repost"


def test_without_terms_and_outlets_no_post_has_a_label(tmp_path):
    texts = ["香港 is on @XHNews", "RT @XHNews: ＩＳＩＳ", "@ nobody", ""]
    assert label(tmp_path, texts, ["香港"], ["https://people.cn/"], terms=[], outlets=[]) == []


def test_outlets_are_found_without_a_list_of_terms(tmp_path):
    assert label(tmp_path, ["香港 is on @XHNews"], terms=[]) == [("a", "0", "state_media", "@xhnews")]


def test_terms_are_found_without_outlets(tmp_path):
    found = label(tmp_path, ["香港 is on @XHNews"], links=["https://people.cn/"], outlets=[])
    assert found == [("a", "0", "hong_kong", "香港")]


def test_texts_with_terms_may_be_larger_than_the_memory(tmp_path):
    files = {table: tmp_path / f"{table}.parquet" for table in ("post", "post_hashtag", "post_url")}
    with duckdb.connect() as connection:
        connection.execute(read_sql("core/schema.sql"))
        connection.execute(
            "INSERT INTO post BY NAME SELECT 'a' AS archive_id, number::VARCHAR AS post_id, '1' AS account_id, "
            "TIMESTAMP '2019-06-12' AS posted_at, 'Hong Kong ' || repeat(md5(number::VARCHAR) || ' ', 10) AS text, "
            "false AS is_repost FROM range(300000) AS numbers (number)"
        )
        for table, path in files.items():
            connection.table(table).write_parquet(str(path))
    of_hong_kong = [term for term in TERMS if term.text == "hong kong"]
    path = tmp_path / "post_term.parquet"
    found = label_posts(files.values(), "a", of_hong_kong, [], path, memory_mb=150)
    assert found == 300_000 * len(of_hong_kong) > 0
