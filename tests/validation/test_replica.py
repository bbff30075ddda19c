"""The replica agrees with the published aggregates and with its truth, and depends only on its seed."""

import csv
import datetime
import hashlib
import io
import json
import re
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from takedown.core.errors import InputError
from takedown.validation.replica import generate_replica
from takedown.validation.replica.accounts import SNOWFLAKE_EPOCH_MS

OPERATION = ("china_082019_1", "china_082019_2")
CONTROL = "control_hk_protest_2019_11"
LOCAL = datetime.timedelta(hours=8)


@dataclass
class ReadFile:
    """A CSV file read with Python's csv module: good rows by id, in order, and what is wrong with the others."""

    header: list[str]
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    records: int = 0
    wrong: Counter = field(default_factory=Counter)


def registry_entry(root: Path, archive_id: str) -> dict:
    return yaml.safe_load((root / "workflow/resources/archives.yaml").read_text(encoding="utf-8"))[archive_id]


def generate(root: Path, folder: Path, archive_id: str, scale: float, seed: int = 20190819) -> dict:
    entry = registry_entry(root, archive_id)
    return generate_replica(
        archive_id,
        role=entry["role"],
        layout=entry["layout"],
        files=entry["files"],
        released_on=entry["released_on"],
        published_folder=root / "workflow/resources/published",
        output_folder=folder / archive_id,
        truth_path=folder / "truth" / f"{archive_id}.json",
        seed=seed,
        scale=scale,
        utc_offset_hours=8,
    )


def csv_bytes(path: Path) -> bytes:
    if path.suffix == ".csv":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(path.stem + ".csv")


def read_date(text: str) -> datetime.datetime | None:
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%m/%d/%Y", "%m/%d/%Y %H:%M"):
        try:
            return datetime.datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def fault(row: list[str], header: list[str], date_column: str) -> str | None:
    if not row:
        return "blank_line"
    if row == header:
        return "repeated_header"
    if len(row) != len(header):
        return "malformed_row"
    if any("\udc80" <= letter <= "\udcff" for value in row for letter in value):
        return "invalid_utf8"
    if not row[0]:
        return "missing_id"
    if re.fullmatch(r"[\d.]+E\+\d+", row[0]):
        return "spreadsheet_ruined_id"
    if not re.fullmatch(r"\d{1,19}|[A-Za-z0-9+/=]{20,64}", row[0]):
        return "unrecognised_id"
    if read_date(row[header.index(date_column)]) is None:
        return "unreadable_date"
    return None


def read_file(path: Path, date_column: str) -> ReadFile:
    text = csv_bytes(path).decode("utf-8", "surrogateescape")
    # A cut row leaves its last value open; a value that goes on in the next line does not begin it with a quote.
    text, cut = re.subn(r'(?m)^("[^"\n]*",)+"[^"\n]*\n(?=")', "", text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    read = ReadFile(next(reader), records=cut, wrong=Counter({"malformed_row": cut} if cut else {}))
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return read
        except csv.Error:
            read.records += 1
            read.wrong["malformed_row"] += 1
            continue
        read.records += 1
        wrong = fault(row, read.header, date_column)
        if wrong is None and row[0] in read.rows:
            wrong = "duplicate"
        if wrong:
            read.wrong[wrong] += 1
        else:
            read.rows[row[0]] = dict(zip(read.header, row, strict=True))


@dataclass
class Replica:
    truth: dict
    users: ReadFile
    tweets: ReadFile


@pytest.fixture(scope="module")
def replicas(root: Path, tmp_path_factory) -> dict[str, Replica]:
    folder = tmp_path_factory.mktemp("replica")
    made = {}
    for archive_id in (*OPERATION, CONTROL):
        truth = generate(root, folder, archive_id, 0.01)
        names = {kind: entry["name"] for kind, entry in registry_entry(root, archive_id)["files"].items()}
        made[archive_id] = Replica(
            truth,
            read_file(folder / archive_id / names["users"], "account_creation_date"),
            read_file(folder / archive_id / names["tweets"], "tweet_time"),
        )
        assert json.loads((folder / "truth" / f"{archive_id}.json").read_text(encoding="utf-8")) == truth
    return made


def published(root: Path, name: str) -> list[dict]:
    with (root / "workflow/resources/published" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def decoded(number: str) -> datetime.datetime:
    milliseconds = (int(number) >> 22) + SNOWFLAKE_EPOCH_MS
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=milliseconds)


def posted(row: dict) -> datetime.datetime:
    return read_date(row["tweet_time"])


def office_share(rows: list[dict]) -> float:
    local = [posted(row) + LOCAL for row in rows]
    return sum(time.weekday() < 5 and 9 <= time.hour < 18 for time in local) / len(local)


@pytest.mark.parametrize("archive_id", OPERATION)
def test_accounts_by_day_and_language_are_the_published_ones(root, replicas, archive_id):
    simulated = Counter(
        (read_date(row["account_creation_date"]).date().isoformat(), row["account_language"])
        for row in replicas[archive_id].users.rows.values()
    )
    assert simulated == {
        (row["account_creation_date"], row["account_language"]): int(row["accounts"])
        for row in published(root, "account_creation.csv")
        if row["archive"] == archive_id
    }


def test_control_accounts_by_day_are_the_published_ones(root, replicas):
    simulated = Counter(
        read_date(row["account_creation_date"]).date().isoformat()
        for row in replicas[CONTROL].users.rows.values()
    )
    calendar = published(root, "control_account_creation.csv")
    assert simulated == {row["account_creation_date"]: int(row["accounts"]) for row in calendar}


@pytest.mark.parametrize(("archive_id", "hashed"), [(OPERATION[0], 254), (OPERATION[1], 49)])
def test_as_many_ids_are_hashed_as_in_the_release(replicas, archive_id, hashed):
    assert sum(not account_id.isdigit() for account_id in replicas[archive_id].users.rows) == hashed


@pytest.mark.parametrize("archive_id", OPERATION)
def test_decodable_accounts_by_five_minutes_are_the_published_ones(root, replicas, archive_id):
    clock = Counter()
    for account_id, row in replicas[archive_id].users.rows.items():
        if account_id.isdigit() and int(account_id) >= 2**42:
            instant = decoded(account_id)
            assert instant.date() == read_date(row["account_creation_date"]).date()
            clock[instant.replace(minute=instant.minute // 5 * 5).strftime("%Y-%m-%dT%H:%MZ")] += 1
    assert clock == {
        row["five_minutes_from_utc"]: int(row["accounts"])
        for row in published(root, "account_creation_clock.csv")
        if row["archive"] == archive_id
    }


@pytest.mark.parametrize("archive_id", OPERATION)
def test_median_follower_count_is_near_the_published_one(root, replicas, archive_id):
    (wanted,) = (
        float(row["value"])
        for row in published(root, "account_profile_quantiles.csv")
        if (row["archive"], row["column"], row["percentile"]) == (archive_id, "follower_count", "50")
    )
    rows = replicas[archive_id].users.rows.values()
    followers = sorted(int(row["follower_count"]) for row in rows if row["follower_count"] != "nan")
    assert followers[len(followers) // 2] == pytest.approx(wanted, rel=0.05, abs=1)


@pytest.mark.parametrize("kind", ["users", "tweets"])
@pytest.mark.parametrize("archive_id", [*OPERATION, CONTROL])
def test_planted_rows_are_found_by_an_independent_reader(replicas, archive_id, kind):
    replica = replicas[archive_id]
    (expected,) = (found for name, found in replica.truth["files"].items() if kind in name)
    read = getattr(replica, kind)
    assert read.records == expected["rows_read"]
    assert len(read.rows) == expected["rows_kept"]
    assert read.wrong == {
        **expected["rows_rejected"],
        "duplicate": expected["rows_duplicate"],
        "repeated_header": expected["rows_repeated_header"],
    }
    awkward = expected["awkward_rows_kept"]
    dates = [row["tweet_time" if kind == "tweets" else "account_creation_date"] for row in read.rows.values()]
    assert sum("/" in date for date in dates) == awkward["month_day_date"]
    for column, count in expected["unreadable_values"].items():
        assert sum(row[column] == "nan" for row in read.rows.values()) == count
    text = {"tweets": "tweet_text", "users": "user_profile_description"}[kind]
    if text in read.header:
        assert sum("\x00" in row[text] for row in read.rows.values()) == awkward["nul_byte"]
        assert sum("\n" in row[text] for row in read.rows.values()) == awkward["quoted_newline"]
        assert (
            sum(any(letter > "\U0001f000" for letter in row[text]) for row in read.rows.values())
            == awkward["emoji"]
        )


@pytest.mark.parametrize("archive_id", [*OPERATION, CONTROL])
def test_posts_are_numbered_by_their_minute_and_lie_in_the_life_of_their_account(root, replicas, archive_id):
    replica = replicas[archive_id]
    created = {key: read_date(row["account_creation_date"]) for key, row in replica.users.rows.items()}
    released = registry_entry(root, archive_id)["released_on"]
    for post_id, row in replica.tweets.rows.items():
        assert decoded(post_id).replace(second=0, microsecond=0) == posted(row)
        assert created[row["userid"]] < posted(row)
        assert posted(row).date().isoformat() < str(released)
        for column in ("retweet_tweetid", "in_reply_to_tweetid", "quoted_tweet_tweetid"):
            assert not row[column] or decoded(row[column]) < decoded(post_id)


def test_posting_accounts_and_languages_are_those_of_the_real_files(replicas):
    rows = [row for archive_id in OPERATION for row in replicas[archive_id].tweets.rows.values()]
    assert len({row["userid"] for row in rows}) == 890
    assert len(rows) == pytest.approx(36_149, abs=2)
    originals = [row for row in rows if not row["tweet_text"].startswith("RT @")]
    assert len(originals) / len(rows) == pytest.approx(1 - 1_040_647 / 3_614_909, abs=0.02)
    languages = Counter(row["tweet_language"] for row in originals)
    for language, count in {"in": 756_396, "en": 443_038, "zh": 138_032, "und": 92_043, "ar": 76_906}.items():
        assert languages[language] / len(originals) == pytest.approx(count / 2_574_262, abs=0.015)


def test_texts_say_that_they_are_simulated(replicas):
    for replica in replicas.values():
        assert all("[replica " in row["tweet_text"] for row in replica.tweets.rows.values())


def test_operation_keeps_office_hours_on_its_topic_and_the_control_does_not(replicas):
    for archive_id in OPERATION:
        topic = [row for row in replicas[archive_id].tweets.rows.values() if row["tweet_language"] == "zh"]
        assert office_share(topic) > 0.65
    assert office_share(list(replicas[CONTROL].tweets.rows.values())) < 0.3


def test_control_posts_more_on_days_of_protest(replicas):
    days = Counter((posted(row) + LOCAL).date() for row in replicas[CONTROL].tweets.rows.values())
    surges = {datetime.date.fromisoformat(day) for day in replicas[CONTROL].truth["planted"]["surge_days"]}
    week = datetime.timedelta(days=7)
    around = [day + step for day in surges for step in (-week, week) if day + step not in surges]
    on_surges = sum(days[day] for day in surges) / len(surges)
    assert on_surges > 1.8 * sum(days[day] for day in around) / len(around)


@pytest.mark.parametrize("archive_id", OPERATION)
def test_groups_share_one_text_or_one_reposted_post_within_a_minute(replicas, archive_id):
    replica = replicas[archive_id]
    for group in replica.truth["planted"]["groups"]:
        members = set(group["accounts"])
        shared = defaultdict(list)
        for post_id, row in replica.tweets.rows.items():
            if row["userid"] in members:
                key = {
                    "one text": row["tweet_text"],
                    "one text in variants": row["tweet_text"].split("]")[0],
                    "one reposted post": row["retweet_tweetid"],
                }[group["shares"]]
                shared[key].append((decoded(post_id), row["userid"]))
        together = [
            times
            for key, times in shared.items()
            if key
            and len({account for _, account in times}) > 1
            and max(times)[0] - min(times)[0] < datetime.timedelta(minutes=1)
        ]
        assert len(together) >= group["events"] * 0.9


@pytest.mark.parametrize("archive_id", OPERATION)
def test_repurposed_accounts_change_language_and_client_at_the_planted_instant(replicas, archive_id):
    replica = replicas[archive_id]
    planted = {item["account_id"]: item for item in replica.truth["planted"]["repurposed"]}
    assert len(planted) > 50
    before, after = Counter(), Counter()
    for row in replica.tweets.rows.values():
        if item := planted.get(row["userid"]):
            later = posted(row) >= read_date(item["switched_at"][:-1].replace("T", " "))
            (after if later else before)[row["tweet_language"]] += 1
            assert row["tweet_client_name"] == item["client_after" if later else "client_before"]
    assert before["zh"] == 0
    assert after["zh"] / after.total() > 0.6


@pytest.mark.parametrize("archive_id", OPERATION)
def test_dormant_accounts_are_silent_and_sold_ones_say_so(replicas, archive_id):
    replica = replicas[archive_id]
    posts = defaultdict(list)
    for row in replica.tweets.rows.values():
        posts[row["userid"]].append(posted(row))
    assert replica.truth["planted"]["dormancy"] and replica.truth["planted"]["sold"]
    for span in replica.truth["planted"]["dormancy"]:
        start, end = (read_date(span[key][:-1].replace("T", " ")) for key in ("silent_from", "silent_until"))
        assert not any(start <= time < end for time in posts[span["account_id"]])
        assert min(posts[span["account_id"]]) < start < end <= max(posts[span["account_id"]])
    for sale in replica.truth["planted"]["sold"]:
        assert "test new owner" in replica.tweets.rows[sale["post_id"]]["tweet_text"]


def digest(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(
            csv_bytes(path) if path.suffix != ".json" else path.read_bytes()
        ).hexdigest()
        for path in sorted(folder.rglob("*.*"))
    }


@pytest.mark.parametrize("archive_id", [OPERATION[1], CONTROL])
def test_one_seed_gives_the_same_bytes_and_another_seed_others(root, tmp_path, archive_id):
    generate(root, tmp_path / "a", archive_id, 0.001)
    generate(root, tmp_path / "somebody's folder", archive_id, 0.001)
    generate(root, tmp_path / "c", archive_id, 0.001, seed=2)
    first, again, other = (digest(tmp_path / name) for name in ("a", "somebody's folder", "c"))
    assert first == again
    assert all(other[name] != first[name] for name in first)


def test_rows_do_not_depend_on_how_many_are_written_at_a_time(root, tmp_path, monkeypatch):
    generate(root, tmp_path / "a", CONTROL, 0.001)
    monkeypatch.setattr("takedown.validation.replica.write.CHUNK", 100)
    generate(root, tmp_path / "b", CONTROL, 0.001)
    name = registry_entry(root, CONTROL)["files"]["tweets"]["name"]
    one, many = (read_file(tmp_path / folder / CONTROL / name, "tweet_time") for folder in "ab")
    assert list(one.rows.items()) == list(many.rows.items())
    assert one.wrong == many.wrong


@pytest.mark.parametrize("archive_id", [*OPERATION, CONTROL])
def test_smallest_scale_keeps_every_planted_structure(root, tmp_path, archive_id):
    truth = generate(root, tmp_path, archive_id, 0.001)
    assert all(value for value in truth["planted"].values())
    if archive_id != CONTROL:
        assert len(truth["planted"]["groups"]) >= 5
        assert all(
            group["events"] >= 3 and len(group["accounts"]) >= 3 for group in truth["planted"]["groups"]
        )


def test_scale_that_cannot_be_made_is_refused_in_one_sentence(root, tmp_path):
    with pytest.raises(InputError, match=r"replica\.scale 1e-05 gives .* choose a scale"):
        generate(root, tmp_path, OPERATION[0], 1e-5)


def test_failed_run_leaves_nothing_behind(root, tmp_path, monkeypatch):
    def fail(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr("takedown.validation.replica.write.insert_rows", fail)
    with pytest.raises(OSError, match="disk full"):
        generate(root, tmp_path, OPERATION[1], 0.001)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
