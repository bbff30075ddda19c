"""The rows of results/measures/life.csv, results/tables/life_survival.csv and results/tables/life_ownership.csv."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from takedown.core.measures import Measure, weakest_provenance
from takedown.life import survival as life
from takedown.life.records import LifeChoices, Lives
from takedown.statistics.estimate import Estimate, RowBuilder, generator

_row = RowBuilder("life", "measure_life", "life")
CONTROL = "control"
YEAR = 365
#: Most steps of a published curve, and the days between its other rows.
STEPS, ROUND_DAYS = 160, 100
#: A published curve ends where fewer accounts are observed, or its last steps would tell of single ones.
FEWEST_AT_RISK = 5

#: Curve → measures of its median and of its share within a year, and what it lasts from and to.
CURVES = {
    "first_post": ("days_to_first_post", "posted_within_year", "creation to the first post"),
    "first_topic_post": (
        "days_to_first_topic_post",
        "on_topic_within_year",
        "creation to the first post on the topic",
    ),
    "reactivation": (
        "days_to_reactivation",
        "reactivated_within_year",
        "the day on which a silence became a dormancy to the next post",
    ),
}
#: Medians over accounts: measure → unit and what it is the median of.
MEDIANS = {
    "age_at_first_topic_post": (
        "days",
        "age, since creation, at the first post on the topic, accounts with one",
    ),
    "posts_before_topic": ("posts", "posts before the first one on the topic, accounts with one"),
    "longest_gap": ("days", "longest time between two posts, accounts with two posts or more"),
}
#: Shares of accounts: measure → what it is the share of.
SHARES = {
    "dormant_share": "accounts with a post that were dormant at least once, that is silent for {dormancy_days} days or more after a post",
    "language_change_share": "accounts with a turn to the topic ({turn_posts} posts or more on either side of it) whose commonest language "
    "became another, each holding {dominant_share:g} or more of its side; undetermined languages left out",
    "client_change_share": "accounts with a turn to the topic ({turn_posts} posts or more on either side of it) whose commonest client "
    "became another, each holding {dominant_share:g} or more of its side",
    "repurposed_share": "accounts with {able_posts} posts or more that turned to the topic with {turn_posts} or more posts on either side, after "
    "{turn_silence_days} days of silence or more, with a rise of the share on the topic by {turn_topic_rise:g} or more and with "
    "another commonest language and client",
}
#: Curves, medians and shares that nothing is known of without a list of terms for the topic.
OF_TOPIC = {
    *("first_topic_post", "age_at_first_topic_post", "posts_before_topic"),
    *("language_change_share", "client_change_share", "repurposed_share"),
}


@dataclass(frozen=True, eq=False)
class Sample:
    """The lives of one population, ready to be measured; `repetitions` draws of its creation days are made once."""

    subject: str
    lives: Lives
    choices: LifeChoices
    seed: int
    repetitions: int

    @cached_property
    def batches(self) -> np.ndarray:
        """Creation days, increasing; an account's batch is the place of its own."""
        return np.unique(self.lives.accounts["created_on"])

    @cached_property
    def weights(self) -> np.ndarray:
        """How often each batch is drawn: shape (repetitions, batches)."""
        rng = generator(self.seed, f"life.batches since {self.lives.first_day}", self.subject)
        return life.draw_batches(len(self.batches), self.repetitions, rng)

    def row(self, name: str, estimate: Estimate, unit: str, method: str, provenance: str = "") -> Measure:
        """Return the row of an estimate, with the provenance of the lives unless another is given."""
        return _row(name, self.subject, estimate, unit, method, provenance or self.lives.provenance)

    def batch(self, created_on: np.ndarray) -> np.ndarray:
        """Return the place of each creation day (datetime64[D]) among `batches`."""
        return np.searchsorted(self.batches, created_on)

    def asked(self, name: str) -> bool:
        """Return whether a curve, median or share can be known: all but those of a topic without a list of terms."""
        return bool(self.choices.topic_lists) or name not in OF_TOPIC

    @cached_property
    def spells(self) -> dict[str, tuple[life.Durations, int]]:
        """Durations by curve, and how many accounts or dormancies were left out of each as impossible.

        The curves from creation take accounts created since the population's first post: of an older account the
        posts that came first may lie before those that are known. A dormancy counts from the day on which the
        silence is long enough to be one.
        """
        accounts, dormancies = self.lives.accounts, self.lives.dormancies
        young = accounts["created_on"] >= self.lives.first_day
        created, end = accounts["created_on"][young], accounts["observed_until"][young]
        batch = self.batch(created)
        dormant_from = dormancies["silent_from"] + np.timedelta64(self.choices.dormancy_days, "D")
        return {
            "first_post": life.durations(created, accounts["first_posted_on"][young], end, batch),
            "first_topic_post": life.durations(created, accounts["first_topic_on"][young], end, batch),
            "reactivation": life.durations(
                dormant_from,
                dormancies["silent_until"],
                dormancies["observed_until"],
                self.batch(dormancies["created_on"]),
            ),
        }

    @cached_property
    def curves(self) -> dict[str, list[life.Sampled]]:
        """Median days, share with the event within a year, and mean days of the first year without it, by curve."""
        statistics = [life.quantile_of(0.5), life.share_within(YEAR), life.mean_within(YEAR)]
        return {
            name: life.sample_curve(data, statistics, self.weights)
            for name, (data, _) in self.spells.items()
            if len(data) and self.asked(name)
        }

    @cached_property
    def shares(self) -> dict[str, life.Sampled]:
        """Shares of accounts, by measure, of those that could show it."""
        accounts, turns = self.lives.accounts, self.lives.turns
        posted = accounts["posts"] > 0
        dormant = accounts["longest_silence_days"][posted] >= self.choices.dormancy_days
        batch, turned = self.batch(accounts["created_on"]), turns["has_turn"]
        turn_batch, able = self.batch(turns["created_on"]), turns["could_turn"]
        questions = {
            "dormant_share": (dormant, batch[posted]),
            "language_change_share": (turns["language_changed"][turned], turn_batch[turned]),
            "client_change_share": (turns["client_changed"][turned], turn_batch[turned]),
            "repurposed_share": (turns["repurposed"][able], turn_batch[able]),
        }
        return {
            name: life.sample_share(hit, of, self.weights)
            for name, (hit, of) in questions.items()
            if len(hit) and self.asked(name)
        }

    @cached_property
    def medians(self) -> dict[str, life.Sampled]:
        """Medians over accounts that were observed whole, by measure."""
        accounts = self.lives.accounts
        turned = ~np.isnat(accounts["first_topic_on"])
        age = (accounts["first_topic_on"] - accounts["created_on"]).astype(np.int64)
        questions = {
            "age_at_first_topic_post": (age, turned & (age >= 0)),
            "posts_before_topic": (accounts["posts_before_topic"], turned),
            "longest_gap": (accounts["longest_gap_days"], ~np.isnan(accounts["longest_gap_days"])),
        }
        batch = self.batch(accounts["created_on"])
        return {
            name: life.sample_median(values[kept], batch[kept], self.weights)
            for name, (values, kept) in questions.items()
            if kept.any() and self.asked(name)
        }


def life_measures(whole: Sample, compared: Mapping[str, Sample]) -> list[Measure]:
    """Return the measures of one population, described by `whole`, and its differences from the control.

    `compared` holds the population and the control by name, both from the first day on which posts of either are
    known; it may be empty.
    """
    rows = [*_curve_rows(whole), *_account_rows(whole)]
    if whole.subject != CONTROL and {whole.subject, CONTROL} <= set(compared):
        rows += _difference_rows(compared[whole.subject], compared[CONTROL])
    return rows


def _curve_rows(sample: Sample) -> Iterable[Measure]:
    for curve, sampled in sample.curves.items():
        median, within_year, path = CURVES[curve]
        left_out = sample.spells[curve][1]
        method = (
            f"Kaplan–Meier estimate over {_spells(curve, sample)}, censored at the last post of the archive "
            f"({sample.lives.last_day} at the latest); left out because the event came before the beginning: {left_out}; {_interval(sample)}; n = "
            f"{'dormancies' if curve == 'reactivation' else 'accounts'}"
        )
        yield sample.row(
            median,
            sampled[0].estimate(),
            "days",
            f"median days from {path}, empty if not reached; {method}",
        )
        yield sample.row(within_year, sampled[1].estimate(), "share", f"within {YEAR} days: {path}; {method}")


def _account_rows(sample: Sample) -> Iterable[Measure]:
    until = f"posts until {sample.lives.last_day}"
    for name, sampled in sample.medians.items():
        unit, what = MEDIANS[name]
        method = f"median {what}, {until}; {_interval(sample)}; n = accounts"
        yield sample.row(name, sampled.estimate(), unit, method)
    for name, sampled in sample.shares.items():
        method = f"share of {_share_words(name, sample)}, {until}; {_interval(sample)}; n = accounts"
        yield sample.row(name, sampled.estimate(), "share", method)


def _difference_rows(sample: Sample, control: Sample) -> Iterable[Measure]:
    first, last = sample.lives.first_day, min(sample.lives.last_day, control.lives.last_day)
    shared = f"operation minus control, posts from {first}, the first day on which both are known, to {last}"
    test = f"; {_interval(sample)}, each population apart; p-value: twice the share of draws beyond 0, enlarged likewise; n = {{}} of the smaller population"
    pairs = []
    for name in set(sample.medians) & set(control.medians) & {"age_at_first_topic_post"}:
        unit, what = MEDIANS[name]
        pairs.append((name, unit, f"median {what}", sample.medians[name], control.medians[name], "accounts"))
    for name in set(sample.shares) & set(control.shares):
        words = f"share of {_share_words(name, sample)}"
        pairs.append((name, "share", words, sample.shares[name], control.shares[name], "accounts"))
    for curve in set(sample.curves) & set(control.curves):
        words = f"mean days waited within the first {YEAR}, from {CURVES[curve][2]} (restricted mean, Kaplan–Meier), {_spells(curve, sample)}"
        name = "mean_" + CURVES[curve][0]
        n = "dormancies" if curve == "reactivation" else "accounts"
        pairs.append((name, "days", words, sample.curves[curve][2], control.curves[curve][2], n))
    for name, unit, words, one, other, counted in sorted(pairs, key=lambda pair: pair[0]):
        estimate = life.difference(one, other)
        if estimate is None:
            continue
        values = f"{one.value:.4g} against {other.value:.4g}"
        provenance = weakest_provenance([sample.lives.provenance, control.lives.provenance])
        yield sample.row(
            f"{name}_difference",
            estimate,
            unit,
            f"{words}, {shared}: {values}{test.format(counted)}",
            provenance,
        )


def ownership_measures(sample: Sample, owned: Mapping[str, np.ndarray]) -> list[Measure]:
    """Return how many posts say that an account changed hands, and of how many accounts: `owned` from `find_ownership`."""
    lives = sample.lives
    posted = lives.accounts["posts"] > 0
    keys = _keys(lives.accounts)[posted]
    hit = np.isin(keys, _keys(owned))
    share = life.sample_share(hit, sample.batch(lives.accounts["created_on"][posted]), sample.weights)
    words = "hold a phrase of workflow/resources/ownership_terms.yaml"
    posts = Estimate(int(owned["posts"].sum()), n=int(hit.sum()))
    return [
        sample.row(
            "ownership_posts",
            posts,
            "posts",
            f"count of posts, no reposts, that {words}; n = accounts with one",
        ),
        sample.row(
            "ownership_account_share",
            share.estimate(),
            "share",
            f"share of accounts with posts, no reposts, that {words}, of the accounts that posted; {_interval(sample)}; n = accounts",
        ),
    ]


def ownership_table(subject: str, owned: Mapping[str, np.ndarray], provenance: str) -> Iterable[tuple]:
    """Return rows (subject, month, posts, accounts, provenance) of posts that say that an account changed hands."""
    months, place = np.unique(owned["month"].astype(str), return_inverse=True)
    posts = np.bincount(place, owned["posts"], minlength=len(months)).astype(int)
    accounts = np.bincount(place, minlength=len(months))
    rows = zip(months.tolist(), posts.tolist(), accounts.tolist(), strict=True)
    return ((subject, month, posts, accounts, provenance) for month, posts, accounts in rows)


def survival_table(sample: Sample) -> Iterable[tuple]:
    """Return rows (curve, subject, since, day, at_risk, survival, low, high, provenance) of the population's curves.

    A curve has a row where an event lowers it, thinned to `STEPS` rows, and one each `ROUND_DAYS` days until
    observation ends or fewer than `FEWEST_AT_RISK` are left; day 0 is its beginning. `at_risk` counts accounts
    (dormancies) observed that day without the event.
    """
    head = (sample.subject, str(sample.lives.first_day))
    for curve, (spells, _) in sample.spells.items():
        if not len(spells) or not sample.asked(curve):
            continue
        times, survival, low, high = life.curve_band(spells, sample.weights)
        steps = times[np.diff(survival, prepend=1.0) < 0]
        if len(steps) > STEPS:
            steps = steps[np.linspace(0, len(steps) - 1, STEPS).round().astype(int)]
        days = np.union1d(steps, np.arange(0, times[-1] + 1, ROUND_DAYS))
        at_risk = len(spells) - np.searchsorted(np.sort(spells.days), days)
        days, at_risk = days[at_risk >= FEWEST_AT_RISK], at_risk[at_risk >= FEWEST_AT_RISK]
        place = np.searchsorted(times, days, side="right")
        columns = [np.concatenate([[1.0], column])[place].tolist() for column in (survival, low, high)]
        for row in zip(days.tolist(), at_risk.tolist(), *columns, strict=True):
            yield curve, *head, *row, sample.lives.provenance


def _keys(columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return one text for each account: ids hold no space."""
    return columns["archive_id"].astype(str) + np.array(" ") + columns["account_id"].astype(str)


def _spells(curve: str, sample: Sample) -> str:
    if curve == "reactivation":
        return f"dormancies (silences of {sample.choices.dormancy_days} days or more after a post)"
    return f"accounts created from {sample.lives.first_day} on, the first day on which posts are known"


def _share_words(name: str, sample: Sample) -> str:
    choices = sample.choices
    return SHARES[name].format(able_posts=2 * choices.turn_posts, **vars(choices))


def _interval(sample: Sample) -> str:
    return (
        f"95 % interval: percentiles of {sample.repetitions} bootstrap draws of whole creation days, widened for few "
        "effective batches (a share of 0 or 1: exact binomial with their number)"
    )
