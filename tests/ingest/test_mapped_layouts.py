"""Files of any columns, as CSV, JSON Lines or Parquet, by a mapping of the registry. All data are invented."""

import gzip
import json
from datetime import date, datetime

import pytest

from takedown.core.compressed import zstd
from takedown.core.errors import InputError
from takedown.ingest.mapping import find_layout
from tests.ingest_files import ingest_files, mapped

USERS = {"account_id": "user", "created_on": "joined", "follower_count": "fans"}
POSTS = {
    "post_id": "id",
    "account_id": "user",
    "posted_at": "time",
    "text": "body",
    "hashtags": "tags",
    "reposted_post_id": "of",
    "like_count": "likes",
}
BIG = 1161000000000000001


def lines(*objects) -> bytes:
    return b"".join(json.dumps(o).encode() + b"\n" for o in objects)


POST = {"id": BIG, "user": BIG + 1, "time": "2019-08-12T09:41:00Z", "body": "a\nb", "tags": ["x", 'é "🙂"']}


def test_a_csv_of_other_columns_gives_the_same_tables(ingest_mapped):
    data = (
        b"joined,user,odd,fans\n2017-08-30,5,x,3\n2017-08-31,5,x,4\njoined,user,odd,fans\n\n"
        b"2017-08-30,1.01421E+18,x,3\n,6,x,3\n2016-01-02,7,x,many\n8\n"
    )
    result = ingest_mapped("u.csv", data, "users", USERS)
    assert result.rows("account", "account_id, created_on, follower_count, language") == [
        ("5", date(2017, 8, 30), 3, None),
        ("7", date(2016, 1, 2), None, None),
    ]
    assert result.account() == (8, 2, 1, 4, 1)
    assert result.rejected() == [
        (5, None, "blank_line"),
        (6, "user", "spreadsheet_ruined_id"),
        (7, "joined", "unreadable_date"),
        (9, None, "malformed_row"),
    ]
    assert result.unreadable() == {"fans": 1}


def test_of_several_columns_the_first_that_is_filled_counts(ingest_mapped):
    columns = {"account_id": ["id", "user"], "created_on": ["made", "joined"], "language": ["a", "b"]}
    data = b"user,joined,b,a\n5,2017-08-30,x, \nuser,joined,b,a\n6,2017-08-30,x,y\n"
    result = ingest_mapped("u.csv", data, "users", columns)
    assert result.rows("account", "account_id, language") == [("5", "x"), ("6", "y")]
    assert result.account() == (3, 2, 0, 0, 1)


def test_json_lines_may_begin_with_a_byte_order_mark_and_end_without_a_line_end(ingest_mapped):
    data = b"\xef\xbb\xbf" + lines(POST | {"of": 1, "likes": 1}, POST | {"id": 6}).rstrip(b"\n")
    result = ingest_mapped("t.jsonl", data, "tweets", POSTS)
    assert result.account() == (2, 2, 0, 0, 0)


def test_json_lines_keep_the_digits_of_ids(ingest_mapped):
    result = ingest_mapped("t.jsonl", lines(POST | {"of": BIG + 2, "likes": 3.0}), "tweets", POSTS)
    assert result.rows("post", "post_id, account_id, reposted_post_id, is_repost, text, like_count") == [
        (str(BIG), str(BIG + 1), str(BIG + 2), True, "a\nb", 3)
    ]
    assert result.rows("post", "posted_at") == [(datetime(2019, 8, 12, 9, 41),)]
    assert [row[-1] for row in result.rows("post_hashtag")] == ["x", 'é "🙂"']


def test_every_line_of_json_is_accounted_for(ingest_mapped):
    good = json.dumps(POST | {"of": None, "likes": "x"}).encode()
    rows = [
        good,
        b"",
        b"not json",
        b"[1]",
        b'{"id": "\xff", "user": 5}',
        good.replace(str(BIG).encode(), b"1.01421E+18"),
        good.replace(str(BIG).encode(), b"1161000000000000001.0"),
        b'{"user": 5}',
        b'{"id":5,"user":5,"time":"2019-08-12 09:41","body":"a\x1fb"}',
        b'{"id":5,"user":5,"time":"2019-08-12 09:41","body":"' + b"x" * 4_100_000 + b'"}',
        b"  ",
        good.replace(str(BIG).encode(), b"77") + b"\r",
        good.replace(str(BIG).encode(), b"78", 1),
    ]
    result = ingest_mapped("t.jsonl", b"\n".join(rows), "tweets", POSTS)
    assert result.rejected() == [
        (2, None, "blank_line"),
        (3, None, "malformed_row"),
        (4, None, "malformed_row"),
        (5, None, "invalid_utf8"),
        (6, "id", "spreadsheet_ruined_id"),
        (7, "id", "spreadsheet_ruined_id"),
        (8, "id", "missing_id"),
        (9, None, "malformed_row"),
        (10, None, "malformed_row"),
        (11, None, "blank_line"),
    ]
    assert result.account() == (13, 3, 0, 10, 0)
    assert result.unreadable() == {"likes": 3}


def test_json_paths_reach_into_objects(ingest_mapped):
    columns = {
        "post_id": "$.id_str",
        "account_id": "$.user.id",
        "posted_at": "at",
        "hashtags": "$.entities.hashtags[*].text",
    }
    made = {"id_str": "9", "user": {"id": BIG}, "at": "Mon Aug 12 11:41:05 +0200 2019"}
    made["entities"] = {"hashtags": [{"text": "a"}, {"text": "b"}]}
    result = ingest_mapped("t.ndjson", lines(made), "tweets", columns, time_format="%a %b %d %H:%M:%S %z %Y")
    assert result.rows("post", "post_id, account_id, posted_at") == [
        ("9", str(BIG), datetime(2019, 8, 12, 9, 41, 5))
    ]
    assert [row[-1] for row in result.rows("post_hashtag")] == ["a", "b"]


def test_a_key_that_is_rare_is_found(ingest_mapped):
    rows = [POST | {"id": i, "tags": None, "pad": "x" * 500} for i in range(1, 2300)]
    data = lines(*({k: v for k, v in row.items() if k != "tags"} for row in rows), POST)
    columns = {key: POSTS[key] for key in ("post_id", "account_id", "posted_at", "hashtags")}
    result = ingest_mapped("t.jsonl", data, "tweets", columns)
    assert (result.account()[:2], len(result.rows("post_hashtag"))) == ((2300, 2300), 2)


def test_parquet_is_read_by_its_types(ingest_parquet):
    query = f"""
        SELECT {BIG} AS id, 'd' || repeat('e', 30) AS "user", TIMESTAMPTZ '2019-08-12 11:41:00+02' AS time, 'hi' AS body,
               ['a', 'b'] AS tags, NULL::BIGINT AS of, 7 AS likes
        UNION ALL SELECT NULL, 'x', NULL, NULL, NULL, NULL, NULL
        UNION ALL SELECT {BIG}, '5', TIMESTAMP '2019-08-12 11:41:00', NULL, NULL, NULL, NULL"""
    result = ingest_parquet(query, "tweets", POSTS)
    assert result.account() == (3, 1, 1, 1, 0)
    assert result.rejected() == [(2, "id", "missing_id")]
    assert result.rows("post", "post_id, posted_at, like_count") == [
        (str(BIG), datetime(2019, 8, 12, 9, 41), 7)
    ]
    assert [row[-1] for row in result.rows("post_hashtag")] == ["a", "b"]


def test_times_lists_and_ids_are_read_as_stated(ingest_mapped):
    data = b"id,user,time,tags\np1,anna,12.08.2019 09:41,a; b;\np2,anna,2019-08-12 09:41,\n3.5E+16,anna,12.08.2019 09:41,\n"
    columns = {"post_id": "id", "account_id": "user", "posted_at": "time", "hashtags": ["tags"]}
    result = ingest_mapped(
        "t.csv", data, "tweets", columns, "any", time_format="%d.%m.%Y %H:%M", list_separator=";"
    )
    assert result.rows("post", "post_id, account_id, posted_at, decoded_at") == [
        ("p1", "anna", datetime(2019, 8, 12, 9, 41), None)
    ]
    assert [row[-1] for row in result.rows("post_hashtag")] == ["a", "b"]
    assert result.rejected() == [(3, "time", "unreadable_date"), (4, "id", "spreadsheet_ruined_id")]


def test_words_are_no_times(ingest_mapped):
    data = b"user,joined\n5,30.08.2017\n6,epoch\n7,infinity\n"
    columns = {"account_id": "user", "created_on": "joined"}
    result = ingest_mapped("u.csv", data, "users", columns, time_format="%d.%m.%Y")
    assert result.rows("account", "account_id, created_on") == [("5", date(2017, 8, 30))]
    assert result.rejected() == [(3, "joined", "unreadable_date"), (4, "joined", "unreadable_date")]


def test_a_first_line_that_became_an_array_is_rejected_alone(ingest_mapped):
    data = b'[1]\n{"\xff": 1}\n' + lines({"user": 5, "joined": "2017-08-30", "fans": 1})
    result = ingest_mapped("u.jsonl", data, "users", USERS)
    assert result.rejected() == [(1, None, "malformed_row"), (2, None, "invalid_utf8")]
    assert result.account()[:2] == (3, 1)


@pytest.mark.parametrize("deep", [b"[" * 100_000, b'{"a":' * 100_000])
def test_a_line_of_json_that_nests_without_end_is_rejected_alone(ingest_mapped, deep):
    data = lines({"user": 5, "joined": "2017-08-30", "fans": 1}) + deep + b"\n"
    result = ingest_mapped("u.jsonl", data, "users", USERS)
    assert result.rejected() == [(2, None, "malformed_row")]


def test_nothing_is_decoded_from_ids_that_are_not_twitters(ingest_mapped):
    row = ingest_mapped(
        "u.csv",
        b"user,joined\n1161000000000000001,2019-08-12\n",
        "users",
        {"account_id": "user", "created_on": "joined"},
        "any",
    ).rows("account", "id_is_hashed, created_at")
    assert row == [(False, None)]


def test_rows_of_accounts_not_asked_for_are_counted(ingest_mapped, tmp_path):
    (tmp_path / "asked.txt").write_text("5\n\n 9 \n")
    data = b"joined,user,fans\n2017-08-30,5,1\n2017-08-30,6,1\nsoon,7,x\nsoon,5,1\n2017-08-30,1.0E+18,1\n2017-08-30,5,2\n"
    result = ingest_mapped("u.csv", data, "users", USERS, only=tmp_path / "asked.txt")
    assert result.rows("row_account", "* EXCLUDE (archive_id, file)") == [(6, 1, 1, 2, 0, 2)]
    assert result.rejected() == [(5, "joined", "unreadable_date"), (6, "user", "spreadsheet_ruined_id")]


USER = {"user": 5, "joined": "2017-08-30", "fans": 1}


@pytest.mark.parametrize("name", ["u.json", "u.jsonl.gz", "u.ndjson.zst"])
@pytest.mark.parametrize("form", ["lines", "array", "pretty"])
def test_json_may_be_lines_or_an_array_and_compressed(ingest_mapped, name, form):
    users = [USER, USER | {"user": BIG}]
    text = {
        "lines": lines(*users),
        "array": json.dumps(users).encode(),
        "pretty": json.dumps(users, indent=1).encode(),
    }
    pack = {"gz": gzip.compress, "zst": zstd.compress}.get(
        name[-2:] if name.endswith("gz") else name[-3:], bytes
    )
    result = ingest_mapped(name, pack(text[form]), "users", USERS)
    assert result.rows("account", "account_id, follower_count") == [("5", 1), (str(BIG), 1)]
    assert result.account() == (2, 2, 0, 0, 0)


def test_an_object_over_several_lines_is_one_record(ingest_mapped):
    data = b"\n".join(json.dumps(USER | {"user": i}, indent=2).encode() for i in (1, 2))
    assert ingest_mapped("u.json", data, "users", USERS).account() == (2, 2, 0, 0, 0)


def test_a_mapping_may_consist_of_paths_only(ingest_mapped):
    columns = {"account_id": "$.author.id", "created_on": "$.author.created_at"}
    data = lines({"author": {"id": BIG, "created_at": "2017-08-30"}}, {"author": None})
    result = ingest_mapped("u.jsonl", data, "users", columns)
    assert result.rows("account", "account_id, created_on") == [(str(BIG), date(2017, 8, 30))]
    assert result.rejected() == [(2, "$.author.id", "missing_id")]


def test_a_path_reaches_into_a_csv_column_that_holds_json(ingest_mapped):
    columns = {"account_id": "$.author.id", "created_on": "$.author.made.day", "display_name": "name"}
    data = b'name,author\na,"{""id"": 1161000000000000001, ""made"": {""day"": ""2017-08-30""}}"\nb,{broken\n'
    result = ingest_mapped("u.csv", data, "users", columns)
    assert result.rows("account", "account_id, created_on, display_name") == [
        (str(BIG), date(2017, 8, 30), "a")
    ]
    assert result.rejected() == [(3, "$.author.id", "missing_id")]


def test_paths_reach_into_parquet_and_lists(ingest_parquet):
    query = f"""SELECT {BIG} AS id, 5 AS "user", TIMESTAMP '2019-08-12 11:41:00' AS time,
                '{{"tags": [{{"text": "x"}}, {{"text": "y"}}]}}' AS entities"""
    columns = {
        "post_id": "id",
        "account_id": "user",
        "posted_at": "time",
        "hashtags": "$.entities.tags[*].text",
    }
    result = ingest_parquet(query, "tweets", columns)
    assert [row[-1] for row in result.rows("post_hashtag")] == ["x", "y"]


def test_paths_reach_into_columns_of_parquet_that_have_fields(ingest_parquet):
    query = f"SELECT {{'id': {BIG}, 'made': DATE '2017-08-30'}} AS author, 1 AS fans"
    columns = {"account_id": "$.author.id", "created_on": "$.author.made", "follower_count": "fans"}
    result = ingest_parquet(query, "users", columns)
    assert result.rows("account", "account_id, created_on") == [(str(BIG), date(2017, 8, 30))]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("epoch_s", "1565602860"),
        ("epoch_s", "1565602860.75"),
        ("epoch_ms", "1565602860750"),
        (["epoch_s", "epoch_ms", "text"], "1565602860750"),
        (["epoch_s", "text"], "2019-08-12 09:41"),
        (["%d.%m.%Y %H:%M", "epoch_s"], "1565602860"),
    ],
)
def test_times_may_be_seconds_or_milliseconds(ingest_mapped, form, text):
    data = f"id,user,time\n1,5,{text}\n2,5,99\n3,5,epoch\n".encode()
    columns = {"post_id": "id", "account_id": "user", "posted_at": "time"}
    result = ingest_mapped("t.csv", data, "tweets", columns, time_format=form)
    ((post, posted_at), *_) = result.rows("post", "post_id, posted_at")
    assert (post, posted_at.replace(second=0, microsecond=0)) == ("1", datetime(2019, 8, 12, 9, 41))
    assert (4, "time", "unreadable_date") in result.rejected()


def test_a_number_of_the_other_unit_is_no_time(ingest_mapped):
    columns = {"account_id": "user", "created_on": "joined"}
    data = b"user,joined\n1,1565602860\n2,1565602860750\n"
    for form, kept in (("epoch_s", "1"), ("epoch_ms", "2")):
        result = ingest_mapped("u.csv", data, "users", columns, time_format=form)
        assert result.rows("account", "account_id") == [(kept,)]


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ("is_control = false", ["1", "3"]),
        ("is_control != false", ["2"]),
        ("is_control = false and lang != en", ["3"]),
        ("lang = 'en'", ["1", "2"]),
    ],
)
def test_a_condition_keeps_rows_and_counts_the_others(tmp_path, rows, kept):
    columns = {"account_id": "user", "created_on": "joined"}
    entry = {"layout": "mapped", "rows": rows, "mapping": {"users": {"columns": columns}}}
    (tmp_path / "u.csv").write_bytes(
        b"user,joined,is_control,lang\n1,2017-08-30,False,en\n2,2017-08-30,1,en\n3,2017-08-30,0,zh\n4,2017-08-30,,\n"
    )
    result = ingest_files("users", tmp_path / "u.csv", tmp_path / "out", find_layout("mine", entry, "users"))
    assert [row for (row,) in result.rows("account", "account_id")] == kept
    assert result.rows("row_account", "rows_read, rows_kept, rows_not_asked") == [
        (4, len(kept), 4 - len(kept))
    ]


@pytest.mark.parametrize(
    ("name", "data", "counts"),
    [
        (
            "u.csv",
            b"user,joined,bot\n1,2017-08-30,0\nuser,joined,bot\n\n2,2017-08-30,1\n3,never,0\n",
            (5, 1, 2, 1, 1),
        ),
        ("u.jsonl", lines(USER | {"bot": 0}, USER | {"bot": True}) + b"\n{broken\n", (4, 1, 2, 0, 1)),
    ],
)
def test_a_condition_hides_neither_broken_records_nor_repeated_headers(tmp_path, name, data, counts):
    columns = {"account_id": "user", "created_on": "joined"}
    entry = {"layout": "mapped", "rows": "bot != true", "mapping": {"users": {"columns": columns}}}
    (tmp_path / name).write_bytes(data)
    result = ingest_files("users", tmp_path / name, tmp_path / "out", find_layout("mine", entry, "users"))
    columns = "rows_read, rows_kept, rows_rejected, rows_repeated_header, rows_not_asked"
    assert result.rows("row_account", columns) == [counts]


def test_a_condition_that_cannot_be_read_or_names_no_column_is_refused(tmp_path):
    entry = {"layout": "account_list", "rows": "is_control"}
    with pytest.raises(InputError, match="condition 'is_control' in `rows`"):
        find_layout("mine", entry, "users")
    (tmp_path / "u.csv").write_bytes(b"userid,account_creation_date\n1,2017-08-30\n")
    layout = find_layout("mine", entry | {"rows": "control = true"}, "users")
    with pytest.raises(InputError, match="no column 'control'"):
        ingest_files("users", tmp_path / "u.csv", tmp_path / "out", layout)


# --- refusals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        (
            "u.csv",
            b"user,Joined,fans\n5,2017-08-30,1\n",
            r"no column 'joined' \(the most similar is 'Joined'\).*correct the columns of the registry",
        ),
        (
            "u.jsonl",
            b'{"user": 5, "join": 1, "fans": 1}\n',
            r"no column 'joined' \(the most similar is 'join'\)",
        ),
        ("u.jsonl", b'[{"user": 5}]\n', "no column 'joined'"),
        ("u.jsonl", b'[\n{"user": 5, "joined": "2017-08-30", "fans": 1},\n', "is cut off"),
        ("u.jsonl", b"", "is empty"),
        ("u.jsonl", b"{}\n\n", "no column 'user'"),
        ("u.parquet", b"PAR1 but no more", "cannot be read as Parquet"),
        ("u.parquet", b"PAR1" + b"\x0f" * 20 + b"\x14\0\0\0PAR1", r"\(don't know what type: \\x0f\)"),
    ],
)
def test_a_file_that_does_not_fit_its_mapping_is_refused(ingest_mapped, tmp_path, name, data, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        ingest_mapped(name, data, "users", USERS)
    assert name in str(error.value) and "\n" not in str(error.value) and str(error.value).endswith(".")
    assert not list(tmp_path.rglob("*_row*"))


def test_too_little_memory_is_told_in_a_sentence_wherever_it_ends(tmp_path):
    (tmp_path / "u.jsonl").write_bytes(lines({"user": 5, "joined": "2017-08-30"}))
    with pytest.raises(
        InputError, match=r"u\.jsonl needs more memory than ingest\.memory_mb allows; raise it\.$"
    ):
        ingest_files("users", tmp_path / "u.jsonl", tmp_path / "out", mapped("users", USERS), memory_mb=3)
    assert list((tmp_path / "out/scratch").iterdir()) == []


def test_ids_stored_as_floats_are_refused(ingest_parquet):
    with pytest.raises(InputError, match=r"stores the ids of 'user' as floating point"):
        ingest_parquet("SELECT 1e18::DOUBLE AS user, DATE '2017-08-30' AS joined, 1 AS fans", "users", USERS)


@pytest.mark.parametrize(
    ("columns", "further", "sentence"),
    [
        ({"account_id": "user"}, {}, "mine has no created_on in mapping.users.columns"),
        (USERS | {"colour": "x"}, {}, "the unknown column 'colour' in mapping.users.columns"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(columns, further, sentence):
    with pytest.raises(InputError, match=sentence):
        mapped("users", columns, **further)


def test_a_list_of_accounts_that_holds_none_is_refused(ingest_mapped, tmp_path):
    for text, sentence in (("", "is empty"), ("no id\n", "contains 'no id', which is not an id")):
        (tmp_path / "asked.txt").write_text(text)
        with pytest.raises(InputError, match=sentence):
            ingest_mapped(
                "u.csv", b"user,joined,fans\n5,2017-08-30,1\n", "users", USERS, only=tmp_path / "asked.txt"
            )
    (tmp_path / "asked.txt").write_text("6\n")
    with pytest.raises(InputError, match="besides 1 of accounts that were not asked for; check the list"):
        ingest_mapped(
            "u.csv", b"user,joined,fans\n5,2017-08-30,1\n", "users", USERS, only=tmp_path / "asked.txt"
        )


@pytest.mark.parametrize("offset", ["+1401", "-9900", "+0860"])
def test_an_offset_that_no_clock_has_is_no_time_in_a_stated_format(ingest_mapped, offset):
    times = (f"Wed Jun 12 09:41:00 {offset} 2019", "Wed Jun 12 09:41:00 +1400 2019")
    made = [{"id": str(place), "who": "7", "at": time} for place, time in enumerate(times)]
    columns = {"post_id": "id", "account_id": "who", "posted_at": "at"}
    result = ingest_mapped("t.ndjson", lines(*made), "tweets", columns, time_format="%a %b %d %H:%M:%S %z %Y")
    assert result.account() == (2, 1, 0, 1, 0)
