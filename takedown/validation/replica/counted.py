"""Archives of which no more is known than counts: accounts by a rule, and settings with nothing of any campaign in them."""

import numpy as np

from takedown.validation.replica.accounts import SNOWFLAKES_FOR_USERS
from takedown.validation.replica.published import Published

MINUTES_5 = 300_000
DAY_MS = 86_400_000


def settings_by_rule(resources: dict, accounts: int, posts: int, released_on: np.datetime64) -> dict:
    """Return the contents of replica.yaml as they are for an archive with that many accounts and posts.

    What the block `counts_only` says takes the place of the rest; its own numbers stand under `archive`, as those of an
    archive that is known by its id do under `archives`. Its days are counted back from `released_on`, a day.
    """
    rule = resources["counts_only"]
    switch_days = [released_on - days for days in rule["switch_days_before"]]
    return (
        resources
        | rule["settings"]
        | {
            "switch_days": switch_days,
            "campaign_accounts_from": released_on - rule["campaign_accounts_days_before"],
            "archive": {
                "posts": posts,
                "posting_accounts": round(accounts * rule["posting_share"]),
                "groups": rule["groups"],
                "sold_accounts": 0,
            },
        }
    )


def draw_accounts(
    rng: np.random.Generator, accounts: int, released_on: np.datetime64, resources: dict
) -> Published:
    """Draw what would be published of an archive: every creation day of a period is as likely as any other.

    The period and the share of ids that are not hashed are those of `counts_only` in replica.yaml; the period ends before
    `released_on`, a day. No language is known, and followers are few, so that most ids may be hashed.
    """
    rule = resources["counts_only"]
    last = released_on - rule["youngest_days"]
    first = last - round(365.25 * rule["creation_years"])
    created_on = np.sort(first + rng.integers(int((last - first).astype(int)) + 1, size=accounts))
    is_open = rng.random(accounts) < rule["open_ids"]
    decodable = created_on[is_open & (created_on >= SNOWFLAKES_FOR_USERS)].astype(np.int64)
    five_minutes = rng.integers(DAY_MS // MINUTES_5, size=len(decodable)) * MINUTES_5
    percentiles = np.arange(101)
    return Published(
        created_on=created_on,
        language=np.full(accounts, ""),
        clock=np.sort(decodable * DAY_MS + five_minutes),
        hashed_share=float(1 - is_open.mean()),
        quantiles={name: (percentiles, percentiles * 10.0) for name in ("follower_count", "following_count")},
    )
