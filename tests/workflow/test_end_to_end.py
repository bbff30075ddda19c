"""The whole study on the small configuration: what it publishes, what it says of bad input, what a release changes."""

import csv
import json
import re
import shutil

import pytest
import yaml

from takedown.claims.ledger import load_claims
from takedown.coordination.catalogue import trace_names
from takedown.core.database import open_database
from takedown.core.measure_catalogue import load_catalogue
from takedown.core.measures import PROVENANCES, read_measures
from takedown.core.paths import RESOURCES
from tests.reported.reported_study import THAILAND
from tests.small_study import hide_simulation, put_real_records, run
from tests.test_paper import PARAMETERS
from tests.test_paper_values import asked_measures

CREATION = {
    "creation.accounts",
    "creation.distinct_days",
    "creation.coincidence_probability",
    "creation.coincidence_ratio",
    "creation.top10_share",
    "creation.top10_share_control_rarefied",
    "creation.burst_share_difference",
    "creation.trimmed_coincidence_ratio",
    "creation.burst_days",
    "creation.sessions",
}
POSTING = {
    "posting.tweets",
    "posting.office_share",
    "posting.office_weekend_ratio",
    "posting.office_evening_ratio",
    "posting.weekend_ratio",
    "posting.lunch_ratio",
    "posting.circular_mean_hour",
    "posting.resultant_length",
    "posting.best_utc_offset",
}
#: Topics whose numbers come from posts, which a fresh clone simulates for the operation and the control.
OF_POSTS = ("posting", "content", "life", "violation", "coordination")
REQUIRED = {"operation": CREATION, "zh": POSTING, "en": POSTING, "all": POSTING}


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_everything_that_the_manifest_lists_is_there(study):
    for line in (study / "results/MANIFEST.sha256").read_text().splitlines():
        assert (study / "results" / line[66:]).stat().st_size > 0


def test_every_measure_that_the_study_promises_is_reported(study):
    found = {(row.subject, row.measure) for row in read_measures(study / "results/measures.csv")}
    assert {(subject, measure) for subject, measures in REQUIRED.items() for measure in measures} <= found


def test_every_number_and_setting_that_the_paper_asks_for_is_reported(study):
    found = {(row.measure, row.subject) for row in read_measures(study / "results/measures.csv")}
    # The small study has no network, and a control with too few pair-days to be stretched and none of the same text.
    assert set(asked_measures()) - found <= {
        ("coordination.network_same_creation_day_ratio", "operation"),
        ("coordination.network_topic_share", "operation"),
        ("coordination.co_retweet_times_faster", "operation"),
        ("coordination.co_tweet_synchrony", "control"),
        # Hong Kong has holidays of two places, each with a number of its own.
        ("posting.holiday_ratio", "all"),
    }
    settings = {
        (row["measure"], row["subject"], row["parameter"])
        for row in rows_of(study / "results/measure_parameters.csv")
    }
    assert {(*key, name) for key, parameters in PARAMETERS.items() for name in parameters} <= settings


def test_every_number_has_a_unit_a_method_a_provenance_and_the_rule_that_made_it(study):
    rules = "\n".join(path.read_text() for path in study.glob("**/*.smk"))
    for row in read_measures(study / "results/measures.csv"):
        assert row.unit and row.method, row
        assert row.provenance in PROVENANCES, row
        assert f"rule {row.rule}:" in rules, row


def test_a_fresh_clone_has_real_results_and_marks_what_is_simulated(study):
    for row in read_measures(study / "results/measures.csv"):
        topic = row.measure.split(".")[0]
        simulated = topic in OF_POSTS and row.subject.split(" ")[0] in ("operation", "control")
        expected = (
            {"replica"}
            if simulated
            else {"aggregate", "reported"}
            if topic in ("claim", "atlas")
            else {"aggregate"}
        )
        assert row.provenance in expected, row


def test_at_most_a_third_of_the_numbers_of_a_fresh_clone_are_simulated(study):
    simulated = [row.provenance == "replica" for row in read_measures(study / "results/measures.csv")]
    assert 0 < sum(simulated) <= len(simulated) / 3


def test_simulated_numbers_are_those_that_a_sentence_or_a_claim_asks_for(root):
    ledger = load_claims(RESOURCES / "claims.yaml")
    asked = {measure for measure, _ in asked_measures()}
    asked |= {check.measure for claim in ledger["claims"] for check in claim["checks"]}
    catalogue = load_catalogue(RESOURCES / "measures.csv", trace_names())
    assert catalogue.demonstrated <= asked
    of_posts = {measure for measure in asked & set(catalogue.subjects) if measure.split(".")[0] in OF_POSTS}
    assert of_posts - catalogue.demonstrated == set()


def test_a_deposit_is_a_second_campaign_with_its_posts(study):
    measures = {(row.measure, row.subject): row for row in read_measures(study / "results/measures.csv")}
    share = measures["posting.office_share", THAILAND]
    assert share.provenance == "aggregate" and share.low < share.value < share.high
    assert measures["atlas.posts", THAILAND].value == 21385
    assert measures["atlas.own_language_share_rank", THAILAND].value == 2


def test_a_fresh_clone_answers_claims_by_real_numbers_and_none_by_a_simulated_one(study):
    answered = [row for row in rows_of(study / "results/claims.csv") if row["observed"]]
    assert len(answered) >= 12
    assert {row["provenance"] for row in answered} == {"aggregate", "reported"}
    assert not any(row["demonstration"] for row in answered)


def test_published_numbers_are_compared_with_the_aggregates_and_campaigns_are_listed(study):
    numbers = rows_of(study / "results/tables/reproduced_numbers.csv")
    computed = [row for row in numbers if row["observed"]]
    assert {row["observed_provenance"] for row in computed} == {"aggregate"}
    assert sum(row["agrees"] == "exactly" for row in computed) >= 20
    assert all(row["needs"] for row in numbers if not row["observed"])
    atlas = rows_of(study / "results/tables/atlas.csv")
    assert sum(row["counts_from"] == "reported" and bool(row["posts"]) for row in atlas) >= 29
    (own,) = (row for row in atlas if row["campaign"] == "china_082019_1+china_082019_2")
    assert (own["accounts"], own["counts_from"], own["measures_from"]) == ("940", "reported", "aggregate")


def test_the_reference_values_of_the_aggregates_are_reproduced(study):
    values = {(row.measure, row.subject): row.value for row in read_measures(study / "results/measures.csv")}
    assert values["creation.accounts", "operation"] == 940
    assert values["creation.distinct_days", "operation"] == 450
    assert values["creation.coincidence_probability", "operation"] == pytest.approx(0.0291, abs=5e-5)
    assert values["creation.coincidence_ratio", "operation"] == pytest.approx(24.8, abs=0.05)
    assert values["creation.sessions", "operation"] == 146
    assert values["posting.tweets", "zh"] == 34957
    assert values["posting.tweets", "en"] == 2954


def test_the_largest_creation_days_are_the_known_ones_and_are_bursts(study):
    rows = sorted(rows_of(study / "results/tables/creation_days.csv"), key=lambda row: -int(row["accounts"]))
    assert [(row["date"], row["accounts"]) for row in rows[:3]] == [
        ("2017-08-30", "119"),
        ("2017-08-18", "97"),
        ("2016-06-27", "30"),
    ]
    assert all(row["burst"] == "true" for row in rows[:3])


def test_every_planted_row_is_accounted_for(study):
    accounts = {
        (row["archive_id"], row["file"]): row for row in rows_of(study / "results/tables/row_account.csv")
    }
    reasons = rows_of(study / "results/tables/rejected_reasons.csv")
    truths = sorted((study / "data/replica/truth").glob("*.json"))
    assert len(truths) == 3
    planted_files = 0
    for truth in truths:
        for file, planted in json.loads(truth.read_text(encoding="utf-8"))["files"].items():
            planted_files += 1
            row = accounts[truth.stem, file]
            for column in ("rows_read", "rows_kept", "rows_duplicate", "rows_repeated_header"):
                assert int(row[column]) == planted[column], (file, column)
            found = {}
            for reason in reasons:
                if (reason["archive_id"], reason["file"], reason["what"]) == (
                    truth.stem,
                    file,
                    "rejected row",
                ):
                    found[reason["reason"]] = found.get(reason["reason"], 0) + int(reason["number"])
            assert found == {reason: number for reason, number in planted["rows_rejected"].items() if number}
            unreadable = {
                reason["column_name"]: int(reason["number"])
                for reason in reasons
                if (reason["archive_id"], reason["file"], reason["what"])
                == (truth.stem, file, "unreadable value")
            }
            assert unreadable == {
                name: number for name, number in planted["unreadable_values"].items() if number
            }
    assert planted_files == len(accounts) == 6


def test_no_id_name_or_text_is_published(study):
    with open_database(study / "results/takedown.duckdb") as connection:
        private = connection.execute(
            "SELECT DISTINCT unnest([account_id, display_name, screen_name]) AS word FROM account "
            "UNION SELECT DISTINCT unnest([post_id, left(text, 60)]) FROM post WHERE hash(post_id) % 20 = 0"
        ).fetchall()
    words = {word for (word,) in private if word and len(word) > 8}
    assert len(words) > 1000
    for path in (study / "results").rglob("*"):
        if path.suffix in (".csv", ".svg", ".js", ".json") and "records" not in path.parts:
            text = path.read_text(encoding="utf-8")
            tokens = set(re.findall(r"[\w+/=-]{9,}", text))
            assert not words & tokens, path
            assert not any(word in text for word in words if " " in word), path


def test_an_up_to_date_study_has_nothing_to_do_though_its_folder_was_moved(changed):
    done = run(changed)
    assert done.returncode == 0
    assert "Nothing to be done" in done.stdout


def test_memory_scratch_folders_and_limits_rerun_nothing(changed):
    config = yaml.safe_load((changed / "config.yaml").read_text(encoding="utf-8"))
    limits = {name: 2 * value for name, value in config["ingest"].items()}
    place = {"memory_mb": 1234, "scratch_folder": "results/scratch"}
    other = config | {"ingest": limits} | {room: config[room] | place for room in ("coordination", "pairs")}
    (changed / "config.yaml").write_text(yaml.safe_dump(other), encoding="utf-8")
    done = run(changed)
    assert done.returncode == 0
    assert "Nothing to be done" in done.stdout


#: What a new users file changes in the database; a test that asks for no more leaves the other rules out.
FROM_USERS_TO_DATABASE = (
    "collect_archives",
    "ingest_users",
    "measure_creation",
    "build_measures",
    "build_database",
)


def test_a_release_wins_and_its_users_never_meet_simulated_tweets(changed):
    # The replica's users file stands in for a released one: same name, same form.
    raw = changed / "data/raw/china_082019_2"
    raw.mkdir(parents=True)
    hide_simulation(changed / "data/replica/china_082019_2/china_082019_2_users_csv_hashed.zip", raw)
    rules = (*FROM_USERS_TO_DATABASE, "check_records", "write_tables")
    done = run(changed, "results/tables/archives.csv", "results/measures.csv", "--allowed-rules", *rules)
    assert done.returncode == 0, done.stdout
    (archive,) = [
        row
        for row in rows_of(changed / "results/tables/archives.csv")
        if row["archive_id"] == "china_082019_2"
    ]
    assert (archive["provenance"], archive["accounts"], archive["posts"]) == ("release", "196", "0")
    accounts = next(
        row for row in read_measures(changed / "results/measures.csv") if row.measure == "creation.accounts"
    )
    assert accounts.provenance == "aggregate"


def test_a_release_that_disagrees_with_the_published_calendar_fails_loudly(changed):
    raw = changed / "data/raw/china_082019_2"
    raw.mkdir(parents=True)
    columns = (
        "userid,user_display_name,user_screen_name,user_reported_location,user_profile_description,"
        "user_profile_url,follower_count,following_count,account_creation_date,account_language"
    )
    (raw / "users.csv").write_text(f"{columns}\n1234567,a,a,,,,1,1,2012-01-01,en\n", encoding="utf-8")
    done = run(changed, "results/checks.csv", "--allowed-rules", *FROM_USERS_TO_DATABASE, "check_records")
    assert done.returncode != 0
    assert "Check published_creation_day_agrees found" in done.stdout
    assert not (changed / "results/checks.csv").exists()


def test_bad_input_gives_one_sentence_and_leaves_nothing_half_written(changed):
    raw = changed / "data/raw/china_082019_2"
    raw.mkdir(parents=True)
    (raw / "users.csv").write_text("user_id,account_creation_date\n1,2012-01-01\n", encoding="utf-8")
    done = run(changed)
    assert done.returncode != 0
    sentence = next(line for line in done.stdout.splitlines() if "users.csv" in line and "userid" in line)
    assert "Traceback" not in done.stdout
    assert "user_id" in sentence
    assert not (changed / "results/records/china_082019_2/account_row.parquet").exists()
    assert not list(changed.glob("results/**/*.working"))
    assert "userid" in (changed / "logs/ingest_users/china_082019_2.log").read_text(encoding="utf-8")


def test_mistakes_in_the_configuration_are_listed_before_anything_runs(changed):
    (changed / "mine.yaml").write_text("replica: {sclae: 0.1}\noffice_hour: [9, 18]\n", encoding="utf-8")
    done = run(changed, "--configfile", "mine.yaml")
    assert done.returncode != 0
    assert "replica.sclae: unknown key (did you mean 'scale'?)" in done.stdout
    assert "office_hour: unknown key (did you mean 'office_hours'?)" in done.stdout
    assert "Traceback" not in done.stdout


def test_real_users_files_give_the_real_940(changed, real_records):
    put_real_records(changed, real_records)
    days, *measures = (
        "results/tables/creation_days.csv",
        "results/measures/creation.csv",
        "results/measures/creation_clock.csv",
    )
    done = run(changed, days, *measures)
    assert done.returncode == 0, done.stdout
    found = {(row.measure, row.subject): row for file in measures for row in read_measures(changed / file)}
    assert found["creation.accounts", "operation"].value == 940
    assert found["creation.accounts", "operation"].provenance == "release"
    assert found["creation.distinct_days", "operation"].value == 450
    assert found["creation.coincidence_probability", "operation"].value == pytest.approx(0.0291, abs=5e-5)
    assert found["creation.sessions", "operation"].value == 146
    assert {row["date"]: row["accounts"] for row in rows_of(changed / days)}["2017-08-30"] == "119"
    assert not any(row.provenance == "replica" for row in found.values())


def test_a_study_whose_results_were_deleted_runs_again(changed):
    shutil.rmtree(changed / "results")
    plan = run(changed, "--dry-run")
    assert plan.returncode == 0, plan.stdout
    assert "write_crate" in plan.stdout
