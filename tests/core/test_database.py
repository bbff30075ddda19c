"""The tables that analyses read, and the checks that guard them."""

import datetime
import itertools

import duckdb
import pytest

from takedown.core.database import (
    DERIVED_TABLES,
    HOW_TO_READ,
    RECORD_LEVEL,
    SQL_FOLDER,
    build_database,
    digest_tables,
    enough_memory,
    make_tables,
    open_database,
    open_records,
    read_sql,
    run_checks,
    table_of,
)
from takedown.core.measures import PROVENANCES, publish_measures, weakest_provenance

DAY = datetime.date(2017, 8, 30)


@pytest.fixture
def tables():
    """Return an empty database with one archive of each provenance."""
    connection = duckdb.connect()
    make_tables(connection, 8)
    for archive_id, provenance in (("a", "release"), ("b", "replica"), ("c", "aggregate")):
        has = provenance != "aggregate"
        connection.execute(
            "INSERT INTO archive VALUES (?, 'n', 'twitter', 'operation', ?, ?, ?, '2019-08-19', NULL, NULL, NULL, NULL, 's')",
            [archive_id, provenance, has, has],
        )
    return connection


def add_account(tables, archive_id, account_id="1", created_on=DAY, language="zh-cn", created_at=None):
    tables.execute(
        "INSERT INTO account (archive_id, account_id, id_is_hashed, created_on, created_at, language) VALUES (?, ?, false, ?, ?, ?)",
        [archive_id, account_id, created_on, created_at, language],
    )


def add_post(tables, archive_id, posted_at, post_id="1"):
    tables.execute(
        "INSERT INTO post (archive_id, post_id, account_id, posted_at, is_repost) VALUES (?, ?, '1', ?, false)",
        [archive_id, post_id, posted_at],
    )


@pytest.mark.parametrize("group", list(itertools.permutations(PROVENANCES, 2)))
def test_queries_find_the_weakest_provenance_in_the_order_of_the_library(tables, group):
    found = tables.execute(
        "SELECT weakest(provenance) FROM unnest($group) AS t(provenance)", {"group": group}
    )
    assert found.fetchone() == (weakest_provenance(group),)


def test_local_time_is_that_of_the_configured_offset():
    with open_records([], utc_offset_hours=-3.5) as connection:
        assert connection.execute("SELECT local_time(TIMESTAMP '2019-08-19 01:00')").fetchone() == (
            datetime.datetime(2019, 8, 18, 21, 30),
        )


def test_every_table_and_every_column_has_a_comment(tables):
    assert tables.execute("SELECT table_name FROM duckdb_tables() WHERE comment IS NULL").fetchall() == []
    uncommented = (
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
    )
    assert tables.execute(uncommented).fetchall() == []


def test_no_column_depends_on_the_time_zone_of_the_machine(tables):
    zoned = "SELECT column_name FROM duckdb_columns() WHERE NOT internal AND data_type LIKE '%TIME ZONE%'"
    assert tables.execute(zoned).fetchall() == []


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("x/post.parquet", "post"),
        ("x/users_row_account.parquet", "row_account"),
        ("tweets_rejected_row.parquet", "rejected_row"),
    ],
)
def test_a_record_file_names_its_table(path, table):
    assert table_of(path) == table


def test_a_release_replaces_the_published_calendar_and_a_replica_does_not(tables):
    for archive_id in "ab":
        add_account(tables, archive_id)
        tables.execute("INSERT INTO published_creation_day VALUES (?, ?, 'zh-cn', 7)", [archive_id, DAY])
    found = tables.execute(
        f"SELECT archive_id, accounts, provenance FROM ({read_sql('core/tables/creation_day.sql')})"
    ).fetchall()
    assert found == [("a", 1, "release"), ("b", 7, "aggregate")]


def test_a_replica_without_a_published_calendar_stays_a_replica(tables):
    add_account(tables, "b")
    found = tables.execute(
        f"SELECT archive_id, accounts, provenance FROM ({read_sql('core/tables/creation_day.sql')})"
    ).fetchall()
    assert found == [("b", 1, "replica")]


def test_instants_are_exact_from_a_release_and_five_minutes_from_the_aggregate(tables):
    instant = datetime.datetime(2017, 8, 30, 6, 20, 1, 5000)
    for archive_id in "ab":
        add_account(tables, archive_id, created_at=instant)
        tables.execute("INSERT INTO published_creation_clock VALUES (?, '2017-08-30 06:20', 3)", [archive_id])
    found = tables.execute(
        f"SELECT * EXCLUDE created_at FROM ({read_sql('core/tables/creation_instant.sql')})"
    ).fetchall()
    assert [row[:4] for row in found] == [("a", 0.001, 1, "release"), ("b", 300.0, 3, "aggregate")]


def test_posts_are_counted_by_the_local_day_and_hour(tables):
    add_account(tables, "a")
    add_post(tables, "a", "2019-06-11 16:00")
    found = tables.execute(
        f"SELECT posted_on, hour, posts, provenance FROM ({read_sql('core/tables/post_hour.sql')})"
    ).fetchall()
    assert found == [(datetime.date(2019, 6, 12), 0, 1, "release")]


def test_the_published_hours_stand_only_where_an_archive_has_no_posts(tables):
    for archive_id in "ac":
        tables.execute("INSERT INTO published_post_hour VALUES (?, 'zh', '2019-06-12', 9, 4)", [archive_id])
    found = tables.execute(
        f"SELECT archive_id, posts, provenance FROM ({read_sql('core/tables/post_hour.sql')})"
    ).fetchall()
    assert found == [("c", 4, "aggregate")]


def test_records_are_views_and_absent_ones_are_empty_tables(tables, tmp_path):
    add_account(tables, "a")
    # A folder whose name would be a glob.
    folder = tmp_path / "[a]*?"
    folder.mkdir()
    for table in ("archive", "account"):
        tables.table(table).write_parquet(str(folder / f"{table}.parquet"))
    records = open_records(folder.iterdir(), utc_offset_hours=8)
    assert records.execute("SELECT archive_id, accounts FROM creation_day").fetchall() == [("a", 1)]
    assert records.execute("SELECT count(*) FROM post").fetchone() == (0,)


@pytest.fixture
def study(tables, tmp_path):
    """Return the folder of a study whose records are in a database."""
    study = tmp_path / "study"
    (study / "results/records").mkdir(parents=True)
    add_account(tables, "a")
    add_post(tables, "a", "2019-06-12 01:00")
    for table in {"archive", "row_account"} | set(RECORD_LEVEL):
        tables.table(table).write_parquet(str(study / f"results/records/{table}.parquet"))
    publish_measures([], study / "results/measures.csv", study / "results/measure_parameters.csv")
    build_database(
        study / "results/takedown.duckdb",
        (study / "results/records").iterdir(),
        study / "results/measures.csv",
        utc_offset_hours=8,
    )
    return study


def described(connection):
    return {
        table: [
            rest
            for of, *rest in connection.execute(read_sql("core/dictionary/columns.sql")).fetchall()
            if of == table
        ]
        for (table,) in connection.execute(read_sql("core/digested_tables.sql")).fetchall()
    }


def test_the_database_has_the_tables_columns_types_and_comments_of_the_schema(tables, study):
    with open_database(study / "results/takedown.duckdb") as connection:
        assert described(connection) == described(tables)
        views = "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
        comments = dict(connection.execute(views).fetchall())
    assert comments == {
        table: f"{comment} {HOW_TO_READ}"
        for table, comment in tables.execute(read_sql("core/dictionary/tables.sql")).fetchall()
        if table in RECORD_LEVEL
    }


def test_the_database_holds_no_record_itself_but_what_is_counted(study):
    (study / "results/records").rename(study / "elsewhere")
    with open_database(study / "results/takedown.duckdb") as connection:
        assert connection.execute("SELECT accounts, provenance FROM creation_day").fetchall() == [
            (1, "release")
        ]
        assert connection.execute("SELECT provenance FROM archive ORDER BY archive_id").fetchall()[0] == (
            "release",
        )
        for table in RECORD_LEVEL:
            with pytest.raises(duckdb.IOException, match=f"results/records/{table}.parquet"):
                connection.execute(f"FROM {table}")


def test_a_query_on_the_database_keeps_to_its_memory(study):
    with (
        open_database(study / "results/takedown.duckdb", memory_mb=20) as connection,
        pytest.raises(duckdb.OutOfMemoryException),
    ):
        connection.execute("SELECT list(range) FROM range(10_000_000)")


def test_a_study_is_moved_with_its_database_and_read_from_any_folder(study, tmp_path, monkeypatch):
    moved = study.rename(tmp_path / "moved")
    monkeypatch.chdir("/")
    with open_database(moved / "results/takedown.duckdb") as connection:
        assert connection.execute("SELECT account_id, created_on FROM account").fetchall() == [("1", DAY)]
    monkeypatch.chdir(moved)
    with duckdb.connect("results/takedown.duckdb", read_only=True) as connection:
        assert connection.execute("SELECT post_id FROM post").fetchall() == [("1",)]


def test_the_database_and_the_records_have_the_same_content(study):
    records = (study / "results/records").iterdir()
    with (
        open_database(study / "results/takedown.duckdb") as database,
        open_records(records, utc_offset_hours=8) as opened,
    ):
        for table in (*RECORD_LEVEL, *DERIVED_TABLES, "archive", "row_account"):
            assert database.execute(f"FROM {table}").fetchall() == opened.execute(f"FROM {table}").fetchall()


def test_digests_do_not_depend_on_row_order_and_change_with_a_value(tables):
    def digest(rows):
        with duckdb.connect() as connection:
            connection.execute("CREATE TABLE t (x INTEGER, y VARCHAR)")
            connection.executemany("INSERT INTO t VALUES (?, ?)", rows)
            return digest_tables(connection)

    assert digest([(1, "a"), (2, None)]) == digest([(2, None), (1, "a")])
    assert digest([(1, "a"), (2, None)]) != digest([(1, "a"), (2, "")])
    assert digest([(1, "a"), (1, "a")]) != digest([(2, "b"), (2, "b")])


def test_no_check_fails_on_sound_records(tables):
    add_account(tables, "a", "903102361255186432", created_at="2017-08-31 03:37:12")
    tables.execute("UPDATE account SET created_on = '2017-08-31'")
    tables.execute("INSERT INTO row_account VALUES ('a', 'f', 1, 1, 0, 0, 0, 0)")
    assert [name for name, rows, _ in run_checks(tables) if rows] == []


BROKEN = {
    "account_key_is_unique": "INSERT INTO account BY NAME SELECT * FROM account",
    "post_key_is_unique": "INSERT INTO post BY NAME SELECT * FROM post",
    "account_has_archive": "UPDATE account SET archive_id = 'z'",
    "post_has_account": "UPDATE post SET account_id = '2'",
    "list_value_has_post": "INSERT INTO post_term VALUES ('a', '9', 'protest', 'riot')",
    "account_created_in_range": "UPDATE account SET created_on = '2019-08-20'",
    "post_date_in_range": "UPDATE post SET posted_at = '2017-08-29'",
    "decoded_creation_agrees_with_date": "UPDATE account SET created_at = '2017-08-29 23:59:59.999'",
    "decoded_post_agrees_with_time": "UPDATE post SET decoded_at = '2019-06-12 01:01'",
    "rows_are_accounted_for": "UPDATE row_account SET rows_rejected = 1, rows_read = 3",
    "kept_rows_are_records": "UPDATE row_account SET rows_kept = 1, rows_read = 1",
    "required_values_are_present": "ALTER TABLE post ALTER posted_at DROP NOT NULL; UPDATE post SET posted_at = NULL",
    "published_creation_day_agrees": "INSERT INTO published_creation_day VALUES ('a', '2017-08-30', 'zh-cn', 2)",
    "published_creation_clock_agrees": "INSERT INTO published_creation_clock VALUES ('a', '2017-08-30 06:20', 1)",
    "published_hashed_share_agrees": "INSERT INTO published_profile_quantile VALUES ('a', 'hashed_id_share', NULL, 0.3)",
    "published_post_hours_are_a_subset": "INSERT INTO published_post_hour VALUES ('a', 'zh', '2019-06-12', 9, 2)",
    "published_counts_agree": "UPDATE archive SET published_accounts = 2",
    "released_accounts_have_no_simulated_posts": "UPDATE archive SET has_posts = false",
}


@pytest.mark.parametrize("name", sorted(path.stem for path in (SQL_FOLDER / "checks").glob("*.sql")))
def test_each_check_finds_the_fault_that_it_is_for(tables, name):
    add_account(tables, "a")
    add_post(tables, "a", "2019-06-12 01:00")
    tables.execute("INSERT INTO row_account VALUES ('a', 'f', 2, 2, 0, 0, 0, 0)")
    assert [check for check, rows, _ in run_checks(tables) if rows] == []
    tables.execute(BROKEN[name])
    assert name in [check for check, rows, _ in run_checks(tables) if rows]


@pytest.mark.parametrize("table", RECORD_LEVEL)
def test_no_value_that_the_schema_requires_may_be_missing_from_a_view(tables, table):
    some = {"DATE": "2019-01-01", "TIMESTAMP": "2019-01-01", "BOOLEAN": "f", "VARCHAR": "x"}
    required = tables.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $1 AND NOT is_nullable",
        [table],
    ).fetchall()
    check = read_sql("checks/required_values_are_present.sql")

    def found(missing):
        tables.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM main.{table} LIMIT 0")
        values = [None if name == missing else some.get(kind, "1") for name, kind in required]
        names = ", ".join(name for name, _ in required)
        tables.execute(f"INSERT INTO temp.{table} ({names}) VALUES ({', '.join('?' * len(values))})", values)
        return len(tables.execute(check).fetchall())

    assert found(missing=None) == 0
    assert {name: found(missing=name) for name, _ in required} == {name: 1 for name, _ in required}


def failing(tables) -> list[str]:
    return [name for name, rows, _ in run_checks(tables) if rows]


def test_a_rejected_row_explains_an_account_that_is_missing(tables):
    add_account(tables, "a")
    add_post(tables, "a", "2019-06-12 01:00")
    tables.execute("UPDATE post SET account_id = '2'")
    tables.execute("INSERT INTO row_account VALUES ('a', 'f', 3, 2, 0, 1, 0, 0)")
    assert failing(tables) == ["post_has_account", "rows_are_accounted_for"]
    tables.execute(
        "INSERT INTO rejected_row VALUES ('a', 'f', 2, 'userid', 'spreadsheet_ruined_id', '2E+18')"
    )
    assert failing(tables) == []


def test_the_oldest_account_there_can_be_depends_on_the_platform(tables):
    add_account(tables, "a")
    tables.execute("UPDATE account SET created_on = '2005-01-01'")
    tables.execute("INSERT INTO row_account VALUES ('a', 'f', 1, 1, 0, 0, 0, 0)")
    assert failing(tables) == ["account_created_in_range"]
    tables.execute("UPDATE archive SET platform = 'facebook'")
    assert failing(tables) == []


def test_what_lies_just_within_its_bounds_is_sound(tables):
    add_account(tables, "a")
    add_post(tables, "a", "2019-06-12 01:00")
    tables.execute("INSERT INTO row_account VALUES ('a', 'f', 2, 2, 0, 0, 0, 0)")
    tables.execute("UPDATE archive SET released_on = '2019-06-12'")
    tables.execute("UPDATE account SET created_on = '2019-06-12'")
    tables.execute("UPDATE post SET language = 'zh'")
    tables.execute("INSERT INTO published_post_hour VALUES ('a', 'zh', '2019-06-12', 9, 1)")
    assert failing(tables) == []


@pytest.mark.parametrize(("most_mb", "memory_mb"), [(2000, 480), (400, 400)])
def test_memory_follows_the_rows_of_all_files_up_to_the_limit(tmp_path, most_mb, memory_mb):
    files = [tmp_path / "one [a]*?.parquet", tmp_path / "other.parquet"]
    for path in files:
        duckdb.sql("SELECT 1 AS post FROM range(3000000)").write_parquet(str(path))
    assert enough_memory(files, most_mb) == memory_mb


def test_few_rows_or_none_get_the_least_memory(tmp_path):
    duckdb.sql("SELECT 1 AS post").write_parquet(str(tmp_path / "small.parquet"))
    assert [enough_memory(files, 2000) for files in ([tmp_path / "small.parquet"], [])] == [300, 300]
