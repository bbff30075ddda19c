"""The rows of results/measures/life.csv, results/tables/life_survival.csv and results/tables/life_ownership.csv."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from takedown.core.measures import Measure, weakest_provenance
from takedown.life import survival
from takedown.life.records import LifeChoices, Lives
from takedown.life.survival import Durations, Sampled
from takedown.statistics.estimate import Estimate, RowBuilder, generator

_row = RowBuilder("life", "measure_life", "life")
CONTROL = "control"
YEAR = 365
#: Most steps of a published curve, and the days between its other rows.
STEPS, ROUND_DAYS = 160, 100
#: Published curves end when fewer accounts are observed, so that no step shows a single account.
FEWEST_AT_RISK = 5

#: Curve → measures of its median and of its share within a year, and the beginning and the event between which time counts.
CURVES = {
    "first_post": ("days_to_first_post", "posted_within_year", "creation", "the first post"),
    "first_topic_post": (
        *("days_to_first_topic_post", "on_topic_within_year"),
        *("creation", "the first post on the topic"),
    ),
    "reactivation": (
        *("days_to_reactivation", "reactivated_within_year"),
        *("the day on which a silence became a dormancy", "the next post"),
    ),
}
#: Medians over accounts, in words.
MEDIANS = {
    "age_at_first_topic_post": "age (since creation) at the first post on the topic, over accounts with such a post",
    "posts_before_topic": "number of posts before the first one on the topic, over accounts with such a post",
    "longest_gap": "of the longest time between two successive posts, over accounts with two posts or more",
}
_CHANGED = (
    "accounts whose commonest {} changed at the turn to the topic, as a share of accounts with {{turn_posts}} posts or more on "
    "either side of the turn; each {} has {{dominant_share:g}} or more of the posts on its side"
)
#: Shares of accounts, in words, with the names of `LifeChoices` in braces.
SHARES = {
    "dormant_share": "accounts that were dormant at least once (silent for {dormancy_days} days or more after a post), as a share "
    "of accounts with a post",
    "language_change_share": _CHANGED.format("language", "language")
    + ", where posts of undetermined language do not count",
    "client_change_share": _CHANGED.format("client", "client"),
    "repurposed_share": "re-purposed accounts, as a share of accounts with {able_posts} posts or more; an account is re-purposed "
    "if it turned to the topic with {turn_posts} posts or more on either side, after a silence of {turn_silence_days} days or "
    "more, with a rise of the share of posts on the topic by {turn_topic_rise:g} or more, and with another commonest language "
    "and client",
}
#: Curve and share that would be 0, and not unknown, without a list of terms for the topic.
OF_TOPIC = ("first_topic_post", "repurposed_share")
#: Measures of accounts whose difference from the control is reported.
COMPARED = {"age_at_first_topic_post", *SHARES}


@dataclass(frozen=True, eq=False)
class Population:
    """The lives of one population with the bootstrap draws of its creation days, `repetitions` of them."""

    subject: str
    lives: Lives
    choices: LifeChoices
    seed: int
    repetitions: int

    @cached_property
    def batches(self) -> np.ndarray:
        """The creation days in order; a batch is named by its position here."""
        return np.unique(self.lives.accounts["created_on"])

    @cached_property
    def weights(self) -> np.ndarray:
        """How often each batch is drawn: shape (repetitions, batches)."""
        rng = generator(self.seed, f"life.batches since {self.lives.first_day}", self.subject)
        return survival.draw_batches(len(self.batches), self.repetitions, rng)

    def row(
        self, name: str, estimate: Estimate, unit: str, method: str, n_unit: str, provenance: str = ""
    ) -> Measure:
        """Return the row of an estimate, with the provenance of the lives unless another is given."""
        return _row(
            name, self.subject, estimate, unit, method, provenance or self.lives.provenance, n_unit=n_unit
        )

    def batch(self, created_on: np.ndarray) -> np.ndarray:
        """Return the batch of each creation day (datetime64[D])."""
        return np.searchsorted(self.batches, created_on)

    def has(self, name: str) -> bool:
        """Return whether a curve or measure of accounts can be computed, given the lists of terms for the topic."""
        return bool(self.choices.topic_lists) or name not in OF_TOPIC

    @cached_property
    def spells(self) -> dict[str, tuple[Durations, int]]:
        """Durations of each curve that is known, and how many accounts or dormancies were left out as impossible.

        Curves from creation take accounts created since the population's first known post: older accounts may have
        earlier posts that are unknown. A dormancy begins on the day on which the silence is long enough to be one.
        """
        accounts, dormancies = self.lives.accounts, self.lives.dormancies
        young = accounts["created_on"] >= self.lives.first_day
        created, end = accounts["created_on"][young], accounts["observed_until"][young]
        batch = self.batch(created)
        dormant_from = dormancies["silent_from"] + np.timedelta64(self.choices.dormancy_days, "D")
        silent_until, observed_until = dormancies["silent_until"], dormancies["observed_until"]
        spells = {
            "first_post": survival.durations(created, accounts["first_posted_on"][young], end, batch),
            "first_topic_post": survival.durations(created, accounts["first_topic_on"][young], end, batch),
            "reactivation": survival.durations(
                dormant_from, silent_until, observed_until, self.batch(dormancies["created_on"])
            ),
        }
        return {name: found for name, found in spells.items() if len(found[0]) and self.has(name)}

    @cached_property
    def curves(self) -> dict[str, list[Sampled]]:
        """Of each curve the median in days, the share within a year, and the mean days waited within a year."""
        statistics = [survival.quantile_of(0.5), survival.share_within(YEAR), survival.mean_within(YEAR)]
        return {
            name: survival.sample_curve(data, statistics, self.weights)
            for name, (data, _) in self.spells.items()
        }

    @cached_property
    def by_account(self) -> dict[str, Sampled]:
        """The measures of `MEDIANS` and `SHARES`, each over the accounts that can show it."""
        accounts, turns = self.lives.accounts, self.lives.turns
        on_topic = ~np.isnat(accounts["first_topic_on"])
        age = (accounts["first_topic_on"] - accounts["created_on"]).astype(np.int64)
        gap = accounts["longest_gap_days"]
        dormant = accounts["longest_silence_days"] >= self.choices.dormancy_days
        # The table, the value of each account in it, and whether the account can show it.
        values = {
            "age_at_first_topic_post": (accounts, age, on_topic & (age >= 0)),
            "posts_before_topic": (accounts, accounts["posts_before_topic"], on_topic),
            "longest_gap": (accounts, gap, ~np.isnan(gap)),
            "dormant_share": (accounts, dormant, accounts["posts"] > 0),
            "language_change_share": (turns, turns["language_changed"], turns["has_turn"]),
            "client_change_share": (turns, turns["client_changed"], turns["has_turn"]),
            "repurposed_share": (turns, turns["repurposed"], turns["could_turn"]),
        }
        found = {}
        for name, (table, value, kept) in values.items():
            if kept.any() and self.has(name):
                sample = survival.sample_share if name in SHARES else survival.sample_median
                batch = self.batch(table["created_on"][kept])
                found[name] = sample(value[kept], batch, self.weights)
        return found


def life_measures(whole: Population, compared: Mapping[str, Population]) -> list[Measure]:
    """Return the measures of one population, described by `whole`, and its differences from the control.

    `compared` has the population and the control by name, both seen through the same days; it may be empty.
    """
    rows = [*_described(whole)]
    if whole.subject != CONTROL and {whole.subject, CONTROL} <= set(compared):
        rows += _differences(compared[whole.subject], compared[CONTROL])
    return rows


def _described(population: Population) -> Iterator[Measure]:
    last_day, interval = population.lives.last_day, _interval(population)
    for curve, (median, within_year, _) in population.curves.items():
        median_name, share_name, start, event = CURVES[curve]
        spells, n = _spells(curve, population)
        how = (
            f"{spells}, observed until the last post of their archive ({last_day} at the latest); "
            f"{n} left out because their event came before the period: {population.spells[curve][1]}; {interval}"
        )
        method = f"Kaplan–Meier median of the days from {start} to {event}, empty if not reached, over {how}"
        yield population.row(median_name, median.estimate(), "days", method, n)
        method = f"Kaplan–Meier share with {event} within {YEAR} days of {start}, over {how}"
        yield population.row(share_name, within_year.estimate(), "share", method, n)
    for name, sampled in population.by_account.items():
        method = f"{_words(name, population)}; posts until {last_day}; {interval}"
        yield population.row(name, sampled.estimate(), _unit(name), method, "accounts")


def _differences(population: Population, control: Population) -> Iterator[Measure]:
    provenance = weakest_provenance([population.lives.provenance, control.lives.provenance])
    last_day = min(population.lives.last_day, control.lives.last_day)
    how = (
        f"posts from {population.lives.first_day}, the first day on which posts of both are known, to {last_day}; "
        f"{_interval(population)}, populations drawn separately; p-value: twice the share of draws beyond 0, enlarged in the "
        "same way"
    )

    def rows(name: str, unit: str, words: str, one: Sampled, other: Sampled, n: str) -> Iterator[Measure]:
        estimate = survival.difference(one, other)
        if estimate is not None:
            values = f"{one.value:.4g} against {other.value:.4g}"
            method = f"operation minus control, {values}: {words}; {how}"
            yield population.row(
                f"{name}_difference", estimate, unit, method, f"{n} of the smaller population", provenance
            )

    for name, one in population.by_account.items():
        if name in COMPARED and name in control.by_account:
            words = _words(name, population)
            yield from rows(name, _unit(name), words, one, control.by_account[name], "accounts")
    for curve, (_, _, mean) in population.curves.items():
        if curve in control.curves:
            median_name, _, start, event = CURVES[curve]
            spells, n = _spells(curve, population)
            words = f"restricted mean (Kaplan–Meier) of the days from {start} to {event}, at most {YEAR} counted, over {spells}"
            yield from rows(f"mean_{median_name}", "days", words, mean, control.curves[curve][2], n)


def ownership_measures(population: Population, owned: Mapping[str, np.ndarray]) -> list[Measure]:
    """Return how many posts say that an account changed hands, and the share of accounts with such a post.

    `owned` are the columns that `find_ownership` returns.
    """
    lives = population.lives
    posted = lives.accounts["posts"] > 0
    hit = np.isin(_keys(lives.accounts)[posted], _keys(owned))
    batch = population.batch(lives.accounts["created_on"][posted])
    share = survival.sample_share(hit, batch, population.weights).estimate()
    posts = Estimate(int(owned["posts"].sum()), n=int(hit.sum()))
    phrase = "a phrase of workflow/resources/ownership_terms.yaml"
    share_method = f"accounts with a post (no repost) that has {phrase}, as a share of accounts with a post; {_interval(population)}"
    return [
        population.row(
            "ownership_posts",
            posts,
            "posts",
            f"number of posts (no reposts) with {phrase}",
            "accounts with such a post",
        ),
        population.row("ownership_account_share", share, "share", share_method, "accounts"),
    ]


def ownership_table(subject: str, owned: Mapping[str, np.ndarray], provenance: str) -> Iterator[tuple]:
    """Return rows (subject, month, posts, accounts, provenance) of posts that say that an account changed hands."""
    months = owned["month"].astype(str)
    for month in np.unique(months).tolist():
        posts = owned["posts"][months == month]
        yield subject, month, int(posts.sum()), len(posts), provenance


def survival_table(population: Population) -> Iterator[tuple]:
    """Return rows (curve, subject, since, day, at_risk, survival, low, high, provenance) of the population's curves.

    A curve has a row for each step down, thinned to `STEPS` rows, and one each `ROUND_DAYS` days from day 0, until
    observation ends or fewer than `FEWEST_AT_RISK` are left. `at_risk` counts the accounts (dormancies) that are
    observed on that day and have not had the event. `since` is the population's first day of posts.
    """
    lives = population.lives
    for curve, (spells, _) in population.spells.items():
        times, *columns = survival.curve_band(spells, population.weights)
        steps = times[np.diff(columns[0], prepend=1.0) < 0]
        if len(steps) > STEPS:
            steps = steps[np.linspace(0, len(steps) - 1, STEPS).round().astype(int)]
        days = np.union1d(steps, np.arange(0, times[-1] + 1, ROUND_DAYS))
        at_risk = len(spells) - np.searchsorted(np.sort(spells.days), days)
        days, at_risk = days[at_risk >= FEWEST_AT_RISK], at_risk[at_risk >= FEWEST_AT_RISK]
        place = np.searchsorted(times, days, side="right")
        shown = (np.concatenate([[1.0], column])[place].tolist() for column in columns)
        for row in zip(days.tolist(), at_risk.tolist(), *shown, strict=True):
            yield curve, population.subject, str(lives.first_day), *row, lives.provenance


def _keys(columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return one text for each account; ids contain no space."""
    return columns["archive_id"].astype(str) + np.array(" ") + columns["account_id"].astype(str)


def _spells(curve: str, population: Population) -> tuple[str, str]:
    """Return the spells of a curve in words, and what their number counts."""
    if curve == "reactivation":
        return f"dormancies of {population.choices.dormancy_days} days of silence or more", "dormancies"
    first_day = population.lives.first_day
    return f"accounts created from {first_day} on, the first day on which posts are known", "accounts"


def _unit(name: str) -> str:
    return "share" if name in SHARES else "posts" if name == "posts_before_topic" else "days"


def _words(name: str, population: Population) -> str:
    if name in MEDIANS:
        return f"median {MEDIANS[name]}"
    choices = population.choices
    return SHARES[name].format(able_posts=2 * choices.turn_posts, **vars(choices))


def _interval(population: Population) -> str:
    return (
        f"95 % confidence interval from {population.repetitions} bootstrap draws of whole creation days, percentiles widened for "
        "the effective number of creation days (for a share of 0 or 1, the exact binomial interval of that number)"
    )
