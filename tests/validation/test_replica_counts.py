"""The replica of an archive of which only counts are known has these counts and no content of a campaign."""

import csv
import io
import re

import numpy as np
import pytest
import yaml

from takedown.core.errors import InputError
from takedown.validation.replica import generate_replica
from takedown.validation.replica.generate import simulate_archive
from tests.validation.test_replica import csv_bytes

COUNTS = (276, 19277)


def asked(root, **changes) -> dict:
    return {
        "role": "operation",
        "released_on": "2021-12-02",
        "published_folder": root / "workflow/resources/published",
        "seed": 1,
        "scale": 0.1,
        "utc_offset_hours": -6,
        "counts": COUNTS,
    } | changes


@pytest.fixture(scope="module")
def replica(root, tmp_path_factory):
    """Return the truth of a replica of Mexico's archive, and the rows of its tweets file."""
    folder = tmp_path_factory.mktemp("counts")
    files = {kind: {"name": f"mx_0621_{kind}.zip"} for kind in ("users", "tweets")}
    truth = generate_replica(
        "mx_0621",
        layout="twitter_release",
        files=files,
        output_folder=folder,
        truth_path=folder / "truth.json",
        **asked(root),
    )
    text = csv_bytes(folder / "mx_0621_tweets.zip").decode("utf-8", "replace").replace("\0", "")
    return {"truth": truth, "tweets": list(csv.DictReader(io.StringIO(text)))}


@pytest.fixture(scope="module")
def simulated(root):
    return simulate_archive("mx_0621", **asked(root, scale=1))


def test_accounts_and_posts_are_as_many_as_counted(replica, simulated):
    truth = replica["truth"]
    assert (truth["accounts"], truth["posts"]) == (276, 1928)
    assert (len(simulated.accounts), len(simulated.posts["account"])) == COUNTS


def test_every_text_says_that_it_is_a_replica(replica):
    good = [row for row in replica["tweets"] if re.fullmatch(r"\d{18,19}", row["tweetid"])]
    marked = [row for row in good if "[replica " in row["tweet_text"]]
    # Those without are wrong on purpose, as a row whose quotes were lost.
    assert len(marked) >= 1928 and len(good) - len(marked) < 20


def test_texts_are_of_the_words_of_the_rule_and_of_numbers(simulated, root):
    path = root / "workflow/resources/replica.yaml"
    lists = yaml.safe_load(path.read_text(encoding="utf-8"))["counts_only"]["settings"]["terms"]
    words = {word for topic in lists.values() for terms in topic.values() for word in terms}
    sold = simulated.vocabulary.sold_phrase
    for number, text in enumerate(simulated.vocabulary.phrase_text):
        if number != sold:
            assert set(re.sub(r"#replica_\w+|topic \d+", "", text).split()) <= words, text


def test_creation_days_and_hours_are_even_and_end_before_the_disclosure(simulated):
    days = np.sort(simulated.accounts.created_on)
    assert days[-1] < np.datetime64("2021-06-01") and days[0] > np.datetime64("2013-01-01")
    # Of 276 accounts on 2,923 days, no day has many: with even days, five on one have a chance of 1 in 5,000.
    assert np.unique(days, return_counts=True)[1].max() < 5
    share = (days - days[0]) / (days[-1] - days[0])
    assert np.abs(np.sort(share) - np.arange(276) / 275).max() < 0.1


def test_posts_are_even_over_the_hours_and_the_days_of_the_week(simulated):
    hours = simulated.posts["instant"] // 3_600_000
    # Groups post at once, so that the hours are a little uneven.
    per_hour = np.bincount(hours % 24, minlength=24) / len(hours)
    per_weekday = np.bincount(hours // 24 % 7, minlength=7) / len(hours)
    assert per_hour.min() > 0.03 and per_hour.max() < 0.055
    assert per_weekday.min() > 0.12 and per_weekday.max() < 0.165


def test_groups_are_planted_and_neither_slurs_nor_outlets_nor_sales(simulated):
    planted = simulated.planted
    assert len(planted["groups"]) == 4 and planted["sold"] == []
    content = planted["content"]
    assert {name: count for name, count in content.items() if name != "topic_posts"} == {
        "slur_posts": 0,
        "outlet_link_posts": 0,
        "outlet_repost_posts": 0,
        "outlet_mention_posts": 0,
        "news_profiles": [],
    }


def test_two_archives_differ_and_one_is_the_same_twice(root):
    first, again, other = (
        simulate_archive(name, **asked(root)) for name in ("mx_0621", "mx_0621", "thailand_092020")
    )
    assert first.posts["instant"].tolist() == again.posts["instant"].tolist()
    assert first.accounts.created_on.tolist() != other.accounts.created_on.tolist()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"counts": (276, None)}, "nor does the registry know posts and at least 30 accounts of it"),
        ({"counts": (None, 9000)}, "nor does the registry know posts"),
        ({"counts": (15, 9000)}, "at least 30 accounts"),
        ({"role": "control"}, "does not say how to simulate mx_0621"),
        ({"scale": 0.01}, r"gives 193 posts of mx_0621; choose a scale of 0\.037 to 20\."),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_one_sentence(root, changes, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        simulate_archive("mx_0621", **asked(root, **changes))
    assert "\n" not in str(error.value)
