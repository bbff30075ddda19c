"""Each kind of dirty row and file is accounted for, and costs no good row."""

import gzip
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takedown.core.compressed import zstd
from takedown.core.errors import InputError
from takedown.ingest.layout import TWEET_COLUMNS, USER_COLUMNS
from takedown.ingest.rejects import RowAccountError
from tests.ingest_files import LIST_HEADER, ingest_files, line, quoted, tweet


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"\n", "blank_line"),
        (b"   \n", "malformed_row"),
        (b"2,2017-08-30\n", "malformed_row"),
        (b"2,2017-08-30,1,2,3,4,5\n", "malformed_row"),
        (b"2,2017-08-30,1,2,3,\n", "malformed_row"),
        (b'2,2017-08-30,1,2,3,""\n', "malformed_row"),
        (b'"2","2017-08-30","1","2","3",\n', "malformed_row"),
        (b'"2","2017-08-30","1","2","3",""\n', "malformed_row"),
        (b"2,2017-08-30,\xff,2,3\n", "invalid_utf8"),
        (b'2,2017-08-30,"1"2",2,3\n', "malformed_row"),
        (b'2,2017-08-30,"1,2,3\n', "malformed_row"),
        (b'2,"2017-08-30,1,2,3\n', "malformed_row"),
        (b"2," + b"x" * 4_100_000 + b",1,2,3\n", "malformed_row"),
    ],
)
def test_a_bad_row_costs_no_good_row(ingest_list, bad, reason):
    good = [line(i) for i in (1, 3, 4)] + [b'5,"2017-08-30",1,2,3\n', line(6)]
    result = ingest_list(LIST_HEADER + good[0] + bad + b"".join(good[1:]))
    assert [row[0] for row in result.rows("account", "account_id")] == ["1", "3", "4", "5", "6"]
    assert [(record, why) for record, _, why in result.rejected()] == [(3, reason)]
    assert result.account() == (6, 5, 0, 1, 0)


def test_a_value_that_no_table_has_costs_no_row(tmp_path):
    rows = [*map(tweet, "123"), tweet("4", user_screen_name="no UTF-8")]
    (tmp_path / "t.csv").write_bytes(quoted(rows).replace(b"no UTF-8", b"\xff"))
    result = ingest_files("tweets", tmp_path / "t.csv", tmp_path / "out")
    assert (result.rows("post", "count(*)"), result.rejected()) == ([(4,)], [])


def test_several_open_quotes_are_told_apart(ingest_list):
    rows = [line(1), b'22222,"2017,1,2,3\n', b'33333,"2018,1,2,3\n', line(4), b'55555,"x\n', line(6), line(7)]
    result = ingest_list(LIST_HEADER + b"".join(rows))
    assert [row[0] for row in result.rows("account", "account_id")] == ["1", "4", "6", "7"]
    assert [record for record, _, _ in result.rejected()] == [3, 4, 6]


def test_a_file_cut_inside_quotes_loses_only_its_last_row(tmp_path):
    data = quoted([tweet("1", tweet_text="a\nb"), tweet("2", tweet_text="a\nb")])
    (tmp_path / "t.csv").write_bytes(data[: data.rindex(b"\nb") + 2])
    result = ingest_files("tweets", tmp_path / "t.csv", tmp_path / "out")
    assert result.account() == (2, 1, 0, 1, 0)


def test_the_file_of_the_user_is_not_changed_by_mending(tmp_path, ingest_list):
    data = LIST_HEADER + b'2,"2017-08-30,1,2,3\n' + line(3)
    ingest_list(data)
    assert (tmp_path / "list.csv").read_bytes() == data


def test_quotes_inside_values_without_quotes_are_text(ingest_list):
    result = ingest_list(
        LIST_HEADER + line(1) + b'2,2017-08-30,5" wide,2,3\n' + line(3) + b'4,2017-08-30,5",2,3\n'
    )
    assert result.account() == (4, 4, 0, 0, 0)
    assert result.unreadable() == {"follower_count": 2}


def test_nul_bytes_spoil_a_value_but_no_row(ingest_list):
    result = ingest_list(LIST_HEADER + b"2\x00,2017-08-30,1,2,3\n3,2017-08-30,1\x00,2,3\n")
    assert (result.rejected(), result.unreadable()) == (
        [(2, "userid", "unrecognised_id")],
        {"follower_count": 1},
    )


def test_record_numbers_count_every_kind_of_record(ingest_list):
    rows = [
        line(1),
        b"\n",
        b'2,"2017\n-08-30",1,2,3\n',
        line(2),
        LIST_HEADER,
        line(1),
        b"\n\n",
        b"3,2017-08-30\n",
        line(4),
    ]
    result = ingest_list(LIST_HEADER + b"".join(rows) + b"bad id,2017-08-30,1,2,3")
    assert result.rejected() == [
        (3, None, "blank_line"),
        (4, "account_creation_date", "unreadable_date"),
        (8, None, "blank_line"),
        (9, None, "blank_line"),
        (10, None, "malformed_row"),
        (12, "userid", "unrecognised_id"),
    ]
    assert result.account() == (11, 3, 1, 6, 1)


def test_excerpts_have_at_most_120_characters(ingest_list):
    bad = [b"x" * 300 + b",2017-08-30,1,2,3\n", b"y" * 300 + b"\n", b'5,"' + b"z" * 300 + b'"z,1,2,3\n']
    excerpts = [
        row[0] for row in ingest_list(LIST_HEADER + b"".join([*bad, line(6)])).rows("rejected_row", "excerpt")
    ]
    assert [len(text) for text in excerpts] == [120, 120, 120]


def test_the_first_of_rows_with_one_id_is_kept_across_files(tmp_path):
    (tmp_path / "b.csv").write_bytes(
        quoted([tweet("1", tweet_text="first"), tweet("1", tweet_text="second")])
    )
    (tmp_path / "a.csv").write_bytes(quoted([tweet("1", tweet_text="third"), tweet("2", tweet_text="other")]))
    result = ingest_files("tweets", [tmp_path / "b.csv", tmp_path / "a.csv"], tmp_path / "out")
    assert result.rows("post", "post_id, text") == [("1", "first"), ("2", "other")]
    assert result.rows("row_account") == [("a.csv", 2, 1, 1, 0, 0, 0), ("b.csv", 2, 1, 1, 0, 0, 0)]


def test_crlf_files_and_a_byte_order_mark_are_read(ingest_list):
    data = b"\xef\xbb\xbf" + (LIST_HEADER + line(1) + b'2,2017-08-30,"1",2,3\n' + b"\n").replace(
        b"\n", b"\r\n"
    )
    assert ingest_list(data).account() == (3, 2, 0, 1, 0)


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("place", [0, 2])
def test_a_lone_quote_in_a_last_value_never_refuses_a_file(ingest_list, start, end, place):
    rows = [line(1), line(2), line(3)]
    rows[place] = rows[place].replace(b",3\n", b',"\n')
    result = ingest_list((start + LIST_HEADER + b"".join(rows)).replace(b"\n", end))
    assert result.account() == (3, 2, 0, 1, 0)


def test_order_of_columns_does_not_matter_and_further_ones_are_left(ingest_list):
    result = ingest_list(b'"odd, ""name""",account_creation_date,userid\nx,2017-08-30,5\n')
    assert result.rows("account", "account_id, created_on, follower_count") == [
        ("5", date(2017, 8, 30), None)
    ]


def test_late_columns_may_be_absent(tmp_path):
    columns = [c for c in TWEET_COLUMNS if c not in ("poll_choices", "quote_count")]
    (tmp_path / "t.csv").write_bytes(quoted([tweet()], columns))
    result = ingest_files("tweets", tmp_path / "t.csv", tmp_path / "out")
    assert result.rows("post", "quote_count, poll_choices") == [(None, None)]


def test_a_path_with_odd_characters_is_read(tmp_path):
    folder = tmp_path / "it's [a] *"
    folder.mkdir()
    (folder / "l.csv").write_bytes(LIST_HEADER + line(1))
    assert ingest_files("users", folder / "l.csv", folder / "out", "account_list").account() == (
        1,
        1,
        0,
        0,
        0,
    )


# --- refusals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (b"user_id,account_creation_date\n", "no column 'userid' (the most similar is 'user_id')"),
        (b"UserID,account_creation_date\n", "no column 'userid' (the most similar is 'UserID')"),
        (b"userid\n", "no column 'account_creation_date';"),
        (b"userid;account_creation_date\n", "separated by ';'"),
        (b"userid,account_creation_date,userid\n", "column 'userid' twice"),
    ],
)
def test_a_header_that_cannot_be_used(tmp_path, ingest_list, header, sentence):
    with pytest.raises(InputError) as raised:
        ingest_list(header + b"1,2017-08-30\n")
    assert sentence in str(raised.value) and "list.csv" in str(raised.value)
    assert not list(tmp_path.rglob("*.parquet*"))


def test_a_release_needs_all_columns_of_a_release(tmp_path):
    (tmp_path / "u.csv").write_bytes(quoted([], USER_COLUMNS[:-1]))
    with pytest.raises(InputError, match="no column 'account_language'"):
        ingest_files("users", tmp_path / "u.csv", tmp_path / "out")


def test_a_tweets_file_in_place_of_a_users_file_is_refused(tmp_path):
    (tmp_path / "u.csv").write_bytes(quoted([tweet()]))
    with pytest.raises(InputError, match="has the column 'tweetid', so it is a file of another kind"):
        ingest_files("users", tmp_path / "u.csv", tmp_path / "out")


def test_the_same_file_twice_is_refused(tmp_path):
    (tmp_path / "t.csv").write_bytes(quoted([tweet()]))
    with pytest.raises(InputError, match="given twice"):
        ingest_files("tweets", [tmp_path / "t.csv"] * 4, tmp_path / "out")


@pytest.mark.parametrize("rows", [b"", b"\n", b"1.01421E+18,2017-08-30,1,2,3\n"])
def test_a_file_without_a_row_that_can_be_read_is_refused(tmp_path, ingest_list, rows):
    with pytest.raises(InputError, match=r"list\.csv of a has no readable row"):
        ingest_list(LIST_HEADER + rows)
    assert not list(tmp_path.rglob("*.parquet*"))


def test_earlier_outputs_survive_a_failed_run(tmp_path, ingest_list):
    before = ingest_list(LIST_HEADER + line(1)).outputs["account_row"].read_bytes()
    with pytest.raises(InputError):
        ingest_list(b"")
    assert (tmp_path / "out" / "account_row.parquet").read_bytes() == before
    assert not list((tmp_path / "out").rglob("*.working"))


def test_records_without_an_account_are_an_internal_error(ingest_list, monkeypatch):
    monkeypatch.setattr("takedown.ingest.csv_files.keep_lost", lambda *arguments: 0)
    with pytest.raises(RowAccountError, match=r"list\.csv"):
        ingest_list(LIST_HEADER + line(1) + b"2,2017-08-30,\xff,2,3\n")


def test_a_text_that_looks_like_rows_makes_no_account(ingest_list):
    header = b"userid,account_creation_date,user_profile_description,follower_count\n"
    text = b'"say ""x""\n99999,2012-01-01,en,1\n""7"",""2012-01-01"",""en"",""1""\nbye"'
    result = ingest_list(header + b'"77","2017-08-30",' + text + b',"5"\n78,2017-08-31,,6\n')
    assert result.account() == (2, 2, 0, 0, 0)
    assert result.rows("account", "account_id, profile_description") == [
        ("77", 'say "x"\n99999,2012-01-01,en,1\n"7","2012-01-01","en","1"\nbye'),
        ("78", None),
    ]


def test_lost_records_are_counted_and_numbered_however_many(ingest_list):
    result = ingest_list(
        LIST_HEADER + line(1) + b"\n" * 200_000 + b"x\n" * 110_000 + b"2,never,1,2,3\n" + line(3)
    )
    assert result.account() == (310_003, 2, 0, 310_001, 0)
    columns = "reason, min(record), max(record), count(*), count(excerpt <> '' OR NULL)"
    assert sorted(result.rows("rejected_row GROUP BY reason", columns)) == [
        ("blank_line", 3, 200_002, 200_000, 0),
        ("malformed_row", 200_003, 310_002, 110_000, 100_000),
        ("unreadable_date", 310_003, 310_003, 1, 1),
    ]


def test_simulated_files_are_no_release_wherever_they_lie(tmp_path):
    (tmp_path / "list.csv").write_bytes(
        LIST_HEADER.strip() + b",simulated_by_takedown\n100000,2017-08-30,1,2,3,yes\n"
    )
    with pytest.raises(InputError, match=r"list\.csv was simulated by this study"):
        ingest_files("users", tmp_path / "list.csv", tmp_path / "out", "account_list")
    result = ingest_files("users", tmp_path / "list.csv", tmp_path / "out", "account_list", simulated=True)
    assert result.account() == (1, 1, 0, 0, 0)


# --- properties -----------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text('"\n\r, 😀a', max_size=12)


@settings(max_examples=10, deadline=None)
@given(texts=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=8), pick=st.booleans())
def test_texts_come_back_exactly(tmp_path_factory, texts, pick):
    folder = tmp_path_factory.mktemp("texts")
    rows = [tweet(str(i), tweet_text=a, tweet_client_name=b) for i, (a, b) in enumerate(texts)]
    data = quoted(rows)
    (folder / "t.csv").write_bytes(b"\xef\xbb\xbf" + data if pick else data)
    result = ingest_files("tweets", folder / "t.csv", folder / "out")
    # Releases write a value that is missing as an empty one.
    assert result.rows("post", "text, client") == [(a or None, b or None) for a, b in texts]


DIRT = st.sampled_from(
    [
        (b"\n", "blank_line"),
        (b'"900001","2017-08-30"\n', "malformed_row"),
        (b'"900002","2017-08-30","1","2","3","4"\n', "malformed_row"),
        (b'"900003","2017-08-30","1"2","2","3"\n', "malformed_row"),
        (b'"900004","2017-08-30","1,"2","3"\n', "malformed_row"),
        (b'"900005","2017-08-30","1\xfe","2","3"\n', "invalid_utf8"),
        (b'"","2017-08-30","1","2","3"\n', "missing_id"),
        (b'"1.01421E+18","2017-08-30","1","2","3"\n', "spreadsheet_ruined_id"),
        (b'"900006","soon","1","2","3"\n', "unreadable_date"),
        (b'"userid","account_creation_date","a","b","c"\n', "repeated_header"),
        (None, "good"),
    ]
)


@settings(max_examples=15, deadline=None)
@given(kinds=st.lists(DIRT, max_size=12))
def test_every_planted_row_is_accounted_for(tmp_path_factory, kinds):
    folder = tmp_path_factory.mktemp("dirt")
    rows = [row or b'"%d","2017-08-30","1\n,""","2","3"\n' % place for place, (row, _) in enumerate(kinds)]
    good = [str(place) for place, (_, reason) in enumerate(kinds) if reason == "good"]
    # A sound row at the end, so that text of another encoding throughout is not suspected.
    (folder / "l.csv").write_bytes(LIST_HEADER + b"".join(rows) + "777,2017-08-30,é,2,3\n".encode() * 2)
    result = ingest_files("users", folder / "l.csv", folder / "out", "account_list")
    reasons = [
        (place, reason)
        for place, (_, reason) in enumerate(kinds, 2)
        if reason not in ("good", "repeated_header")
    ]
    headers = sum(reason == "repeated_header" for _, reason in kinds)
    assert [(record, reason) for record, _, reason in result.rejected()] == reasons
    assert sorted(row[0] for row in result.rows("account", "account_id")) == sorted([*good, "777"])
    assert result.account() == (len(kinds) + 2, len(good) + 1, 1, len(reasons), headers)


def test_bytes_depend_neither_on_threads_nor_on_whether_a_file_is_zipped(tmp_path):
    # More than DuckDB writes as one group of rows.
    rows = [
        tweet(str(i * 7919 % 80_000), tweet_text=f"text\n{i}", hashtags=f"['{i % 9}', 'x']")
        for i in range(85_000)
    ]
    (tmp_path / "t.csv").write_bytes(quoted(rows).replace(b'"3210","77"', b'"3210,"77"'))
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.write(tmp_path / "t.csv", "t.csv")
    results = [
        ingest_files("tweets", tmp_path / name, tmp_path / f"{name}{threads}", threads=threads)
        for name, threads in (("t.csv", 4), ("t.zip", 1), ("t.zip", 4))
    ]
    assert results[0].account() == (85_000, 79_999, 5_000, 1, 0)
    for table, path in results[0].outputs.items():
        assert {result.outputs[table].read_bytes() for result in results} == {path.read_bytes()}, table


# --- real records ---------------------------------------------------------------------------------------------


def test_the_real_accounts_are_read_whole(real_records, tmp_path):
    accounts = {}
    for number, count in ((1, 744), (2, 196)):
        path = real_records / f"china_082019_{number}_users_csv_hashed.csv"
        accounts[number] = ingest_files("users", path, tmp_path / str(number))
        assert accounts[number].account() == (count, count, 0, 0, 0)
        assert accounts[number].unreadable() == {}
    counts = "count_if(id_is_hashed), count(created_at), count_if(created_at::DATE = created_on), count(*)"
    totals = [
        sum(column) for column in zip(*(a.rows("account", counts)[0] for a in accounts.values()), strict=True)
    ]
    assert totals == [303, 359, 359, 940]


def test_the_real_control_is_read_whole(real_records, tmp_path):
    path = real_records / "control_hk_protest_2019_11_users.csv"
    result = ingest_files("users", path, tmp_path, "account_list")
    assert result.account() == (5708, 5708, 0, 0, 0)
    assert result.rows("account", "count_if(id_is_hashed), count(post_count)") == [(5708, 5708)]


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("zst", zstd.compress)])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_compressed_csv_gives_the_same_as_a_plain_one(tmp_path, suffix, pack, threads):
    data = quoted([tweet(str(i), tweet_text="x" * 99) for i in range(30_000)]) + b"broken\n"
    plain, packed = tmp_path / "t.csv", tmp_path / f"t_csv_unhashed.csv.{suffix}"
    plain.write_bytes(data)
    packed.write_bytes(pack(data))
    results = [
        ingest_files("tweets", path, tmp_path / name, threads=threads, largest_ratio=1e6)
        for name, path in (("a", plain), ("b", packed))
    ]
    assert results[0].account() == results[1].account() == (30_001, 30_000, 0, 1, 0)
    rows = [result.outputs["post_row"].read_bytes() for result in results]
    assert rows[0] == rows[1]


def test_a_truncated_compressed_csv_is_refused(tmp_path):
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(quoted([tweet(str(i)) for i in range(30_000)]))[:-99])
    with pytest.raises(InputError, match=r"t\.csv\.gz is truncated"):
        ingest_files("tweets", path, tmp_path / "out")
    assert not (tmp_path / "out" / "post_row.parquet").exists()
