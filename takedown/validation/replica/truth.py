"""Truth about the planted structures of a replica, for tests and calibrations; no analysis reads it."""

import json
from pathlib import Path

import numpy as np

from takedown.core.working_folder import whole_file
from takedown.validation.replica.accounts import Accounts
from takedown.validation.replica.clock import MS_PER_DAY, Clock
from takedown.validation.replica.operation import Story
from takedown.validation.replica.plan import Plan, PlannedGroup
from takedown.validation.replica.posts import EVENT_FROM, OUTSIDE_FROM, REPLY, REPOST, Columns
from takedown.validation.replica.texts import ON_TOPIC, Vocabulary

#: Shortest silence between the two phases of an account that is reported.
DORMANT_DAYS = 90


def describe_operation(
    accounts: Accounts,
    plan: Plan,
    groups: list[PlannedGroup],
    story: Story,
    post_ids: np.ndarray,
    vocabulary: Vocabulary,
    topic_clock: Clock,
    resources: dict,
) -> dict:
    """Return the planted structures of an operation with the ids of their accounts and with UTC instants.

    `schedule.expected_week` holds the expected posts on the topic by local weekday (Monday first) and hour.
    """
    utc_offset_hours = topic_clock.utc_offset_hours

    def instant(local_day: int) -> str:
        milliseconds = int(local_day) * MS_PER_DAY - round(utc_offset_hours * 3_600_000)
        return str(np.datetime64(milliseconds, "ms").astype("datetime64[m]")) + "Z"

    ids = accounts.account_id.tolist()
    dormant = plan.has_spam & plan.has_topic & (plan.topic_first - plan.spam_last >= DORMANT_DAYS)
    sold_instants = story.posts["instant"][story.sold_rows]
    return {
        "groups": [
            {
                "accounts": [ids[account] for account in group.members],
                "shares": group.shares,
                "events": int(events),
                "from": instant(group.first_day),
                "until": instant(group.last_day),
            }
            for group, events in zip(groups, story.events, strict=True)
        ],
        "coordination_window_seconds": resources["coordination_window_seconds"],
        "participation": resources["participation"],
        "repurposed": [
            {
                "account_id": ids[account],
                "switched_at": instant(plan.topic_first[account]),
                "language_before": vocabulary.languages[story.spam_language[account]],
                "client_before": vocabulary.clients[story.spam_client[account]],
                "client_after": vocabulary.clients[story.topic_client[account]],
            }
            for account in np.flatnonzero(plan.repurposed)
        ],
        # Accounts created for the campaign, which posted on other matters first.
        "warmed_up": [
            ids[account] for account in np.flatnonzero(plan.has_spam & plan.has_topic & ~plan.repurposed)
        ],
        # From this instant on all posts of an account are on the topic.
        "topic_from": {
            ids[account]: instant(plan.topic_first[account]) for account in np.flatnonzero(plan.has_topic)
        },
        "sold": [
            {"account_id": ids[account], "post_id": str(post_ids[row]), "posted_at": _minute(when)}
            for account, row, when in zip(
                np.flatnonzero(plan.sold), story.sold_rows, sold_instants, strict=True
            )
        ],
        "dormancy": [
            {
                "account_id": ids[account],
                "silent_from": instant(plan.spam_last[account]),
                "silent_until": instant(plan.topic_first[account]),
            }
            for account in np.flatnonzero(dormant)
        ],
        "schedule": {
            "utc_offset_hours": utc_offset_hours,
            "shift_accounts": dict(
                zip(
                    resources["shifts"],
                    np.bincount(plan.shift[plan.has_topic], minlength=len(resources["shifts"])).tolist(),
                    strict=True,
                )
            ),
            "clocks": {name: resources["clocks"][name] for name in resources["shifts"]},
            "weekdays": resources["weekdays"]["operation"],
            "expected_week": np.round(_expected_week(plan, groups, story, topic_clock), 3).tolist(),
        },
    }


def _expected_week(plan: Plan, groups: list[PlannedGroup], story: Story, clock: Clock) -> np.ndarray:
    """Return the expected posts on the topic, [weekdays, hours], given the number of posts of each account."""
    on_topic = story.posts["topic"] == ON_TOPIC
    account, number = story.posts["account"][on_topic], story.posts["number"][on_topic]
    is_sale = np.isin(np.flatnonzero(on_topic), story.sold_rows)
    first, shift = plan.topic_first[account], plan.shift[account]
    last = np.where(is_sale, first + 1, plan.topic_last[account])
    # Coordinated posts have the days and the shift of their group.
    together = (number >= EVENT_FROM) & (number < OUTSIDE_FROM)
    group = np.repeat(np.arange(len(groups)), story.events)[number[together] - EVENT_FROM]
    for values, name in ((first, "first_day"), (last, "last_day"), (shift, "shift")):
        values[together] = np.array([getattr(each, name) for each in groups], np.int64)[group]
    return clock.expected_week(first, last, shift)


def describe_control(cascades: int, utc_offset_hours: float, resources: dict) -> dict:
    """Return the planted structures of a control."""
    return {
        "cascades": cascades,
        "surge_days": [str(day) for day in resources["surge_days"]],
        "surge_factor": resources["surge_factor"]["control"],
        "schedule": {
            "utc_offset_hours": utc_offset_hours,
            "clocks": {"human": resources["clocks"]["human"]},
            "weekdays": resources["weekdays"]["control"],
        },
    }


def describe_content(accounts: Accounts, posts: Columns, vocabulary: Vocabulary, resources: dict) -> dict:
    """Return the exact results that the indicators of content must have: numbers of posts, and the accounts of profiles."""
    to_outlet = (posts["source"] >= 0) & (posts["source"] < vocabulary.outlets)
    return {
        "slur_posts": int(vocabulary.phrase_has_slur[posts["phrase"]].sum()),
        "outlet_link_posts": int(((posts["link"] > 0) & (posts["site"] >= len(resources["sites"]))).sum()),
        "outlet_repost_posts": int((to_outlet & (posts["kind"] == REPOST)).sum()),
        "outlet_mention_posts": int((to_outlet & (posts["kind"] == REPLY)).sum()),
        "topic_posts": int((posts["topic"] == ON_TOPIC).sum()),
        "news_profiles": accounts.account_id[accounts.has_news_profile].tolist(),
    }


def write_truth(truth: dict, path: str | Path) -> None:
    """Write the truth as JSON, in a folder that is created if needed."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(truth, ensure_ascii=False, indent=1, sort_keys=True)
    with whole_file(path) as whole:
        whole.write_text(f"{text}\n", encoding="utf-8")


def _minute(milliseconds: int) -> str:
    return str(np.datetime64(int(milliseconds), "ms").astype("datetime64[m]")) + "Z"
