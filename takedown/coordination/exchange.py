"""Which pairs of accounts are together more often than accounts as fast as they are, on the same objects or days.

The null: accounts of like speed are exchangeable. Of the pairs of accounts that were near each other on an object that
day, and of which both are as fast as the two or faster, any is as likely to be together as the two are. Popularity,
rhythm, the speed of the crowd and of the two accounts, and whatever all of them react to, are the same on either side, so
that no other population is needed. Partners of habit are left out of what a pair is compared with, or a team would hide
its own members. What it cannot tell from a team: people who react to the same outside signal within the window.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import bdtrc, bdtrik

from takedown.coordination.evidence import pairs_tested

#: An edge needs as many days on which the two were together.
LEAST_DAYS = 5
#: Two are partners of habit, and compared with no other pair, if they were together on their other days so often that the
#: population's own share of such days gives it at most this probability, and at least twice.
HABIT_LEVEL, LEAST_HABIT = 0.05, 2
#: The sensitivity of an edge is not followed any further.
LARGEST_SENSITIVITY = 1000.0
#: Halvings of the range of logarithms in which a sensitivity is sought: four digits.
HALVINGS = 20


@dataclass(frozen=True, eq=False)
class PairTrials:
    """Pairs of accounts and their trials: the days on which they were near each other and something compares.

    Arrays with one element for each pair with at least `LEAST_DAYS` trials: `family` (a number; pairs of one family share a
    family-wise error), `account_a`, `account_b`, `days` (trials), `days_together` and `log_smallest` (the logarithm of the
    smallest p-value that the pair could have, the product of its chances). Of the trials of pairs that were together on
    `LEAST_DAYS` days and may be edges, in any order: `trial_pair`, the place of the pair in those arrays, and `chance`, the probability that
    the two are together if they are exchangeable with others. `days_drawn` is the share of days that trials come from.
    """

    family: np.ndarray
    account_a: np.ndarray
    account_b: np.ndarray
    days: np.ndarray
    days_together: np.ndarray
    log_smallest: np.ndarray
    trial_pair: np.ndarray
    chance: np.ndarray
    days_drawn: float = 1.0

    def __len__(self) -> int:
        return len(self.family)

    def renamed(self, names: np.ndarray) -> "PairTrials":
        """Return the same with `names` of the numbers of accounts."""
        return replace(self, account_a=names[self.account_a], account_b=names[self.account_b])


@dataclass(frozen=True, eq=False)
class ExchangeEdges:
    """The test of pairs that were together often enough: arrays of one element each.

    `place` of the pair in `PairTrials`; `p_value`; `expected_days`, the sum of its chances; `significant`; and
    `sensitivity`, of a significant pair the factor by which the odds of all its chances may rise before it is none (NaN for
    others). `tested` gives by family the number of tests that the family-wise error is divided by.
    """

    place: np.ndarray
    p_value: np.ndarray
    expected_days: np.ndarray
    significant: np.ndarray
    sensitivity: np.ndarray
    tested: dict[int, int]

    def between(self, first: int, end: int) -> "ExchangeEdges":
        """Return those of the pairs from place `first` on and before `end`, which is then numbered from 0."""
        kept = (self.place >= first) & (self.place < end)
        return replace(
            self,
            place=self.place[kept] - first,
            p_value=self.p_value[kept],
            expected_days=self.expected_days[kept],
            significant=self.significant[kept],
            sensitivity=self.sensitivity[kept],
        )


def join_pairs(parts: Sequence[PairTrials]) -> PairTrials:
    """Return the pairs of several traces of the same populations, so that they share a family-wise error."""
    first = np.cumsum([0, *(len(part) for part in parts)])
    names = ("family", "account_a", "account_b", "days", "days_together", "log_smallest", "chance")
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    places = [part.trial_pair + start for part, start in zip(parts, first, strict=False)]
    columns["trial_pair"] = np.concatenate(places)
    return replace(parts[0], **columns, days_drawn=min(part.days_drawn for part in parts))


def find_exchange_edges(pairs: PairTrials, alpha: float) -> ExchangeEdges:
    """Test every pair that was together on `LEAST_DAYS` days; family-wise error `alpha` in each family.

    The p-value is the probability that so many trials or more are together. Bonferroni's correction over the pairs that
    could be significant (`pairs_tested`).
    """
    families, number = np.unique(pairs.family, return_inverse=True)
    order = np.argsort(number, kind="stable")
    ends = np.searchsorted(number[order], np.arange(1, len(families)))
    tests = [
        pairs_tested(np.exp(smallest), alpha=alpha) for smallest in np.split(pairs.log_smallest[order], ends)
    ]
    place, trial = np.unique(pairs.trial_pair, return_inverse=True)
    together = pairs.days_together[place]
    p_value = at_least(pairs.chance, trial, together)
    level = alpha / np.array(tests, float)[number[place]] if len(place) else np.empty(0)
    significant = p_value <= level
    sensitivities = np.full(len(place), np.nan)
    kept = significant[trial] if len(place) else np.empty(0, bool)
    renumbered = np.cumsum(significant) - 1
    sensitivities[significant] = sensitivity(
        pairs.chance[kept], renumbered[trial[kept]], together[significant], level[significant]
    )
    return ExchangeEdges(
        place,
        p_value,
        np.bincount(trial, pairs.chance, len(place)),
        significant,
        sensitivities,
        dict(zip(families.tolist(), tests, strict=False)),
    )


def at_least(chance: np.ndarray, pair: np.ndarray, least: np.ndarray) -> np.ndarray:
    """Return for each pair the probability that at least `least` of its trials succeed.

    `chance` and `pair` have one element for each trial, its probability and the number of its pair from 0; `least` one for
    each pair. Trials are independent: the sum is Poisson-binomial (Y. Hong, Computational Statistics & Data Analysis 59
    (2013), 41–51, section 2), added up trial by trial, with `least` successes or more as one state, so that small
    probabilities keep their digits.

    >>> at_least(np.array([0.5, 0.5, 0.1]), np.array([0, 0, 1]), np.array([1, 1]))
    array([0.75, 0.1 ])
    """
    least = np.asarray(least, np.int64)
    pairs = len(least)
    if not pairs:
        return np.empty(0)
    order = np.argsort(pair, kind="stable")
    counts = np.bincount(pair, minlength=pairs)
    first = np.cumsum(counts) - counts
    # Pairs with most trials first, so that those with another trial are the first rows.
    by_trials = np.argsort(-counts, kind="stable")
    at, sorted_least, sorted_counts = first[by_trials], least[by_trials], counts[by_trials]
    of_trial = np.asarray(chance, float)[order]
    states = np.zeros((pairs, int(least.max()) + 1))
    states[:, 0] = 1
    rows = np.arange(pairs)
    for trial in range(int(counts.max(initial=0))):
        with_trial = int(np.searchsorted(-sorted_counts, -trial))
        before, success = states[:with_trial], of_trial[at[:with_trial] + trial][:, None]
        step = before[:, :-1] * success
        full = before[rows[:with_trial], sorted_least[:with_trial]]
        before *= 1 - success
        before[:, 1:] += step
        # Who has enough has enough.
        before[rows[:with_trial], sorted_least[:with_trial]] += full * success[:, 0]
    tail = np.empty(pairs)
    tail[by_trials] = states[rows, sorted_least]
    return tail


def sensitivity(chance: np.ndarray, pair: np.ndarray, least: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Return by how much the odds of every chance of a pair may rise until its p-value exceeds `level`.

    Arguments as in `at_least`, and the level of each pair. 1: at the level as it is; at most `LARGEST_SENSITIVITY`. A cause
    that the comparison misses would have to raise the odds of the two to be together by that factor, every day. Source: the
    Γ of P. R. Rosenbaum, Observational Studies (2002), chapter 4, for odds in place of those of treatment.
    """
    odds = np.asarray(chance, float) / (1 - np.asarray(chance, float))
    low, high = np.zeros(len(least)), np.full(len(least), np.log(LARGEST_SENSITIVITY))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        raised = odds * np.exp(middle)[pair]
        holds = at_least(raised / (1 + raised), pair, least) <= level
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    return np.exp(low)


def habit_table(
    population: np.ndarray, days: np.ndarray, days_together: np.ndarray, largest_share: float = 1.0
) -> dict[str, np.ndarray]:
    """Return how often two accounts must be together on so many days to be partners of habit.

    One element for each pair of accounts: the number of its population, and on how many days the two were near each other
    and together. Columns population, other_days from 0 to the most days, and least_together: the smallest x of which
    P(B ≥ x) is at most `HABIT_LEVEL` for a binomial B of that many days and the population's share of days together, and at
    least `LEAST_HABIT`. The share is that of pairs which would not be partners by the share of all, or an operation with many
    teams would have none; it counts as no more than `largest_share`.
    """
    populations, place = np.unique(population, return_inverse=True)
    # Each pair once, since partners have more days than others; then the days of all who are no partners by that.
    weight, kept = 1 / np.maximum(days, 1), np.ones(len(place), bool)
    for _ in range(2):
        share = _shares(place[kept], (weight * days_together)[kept], (weight * days)[kept], len(populations))
        share = np.minimum(share, largest_share)
        kept = (days_together < LEAST_HABIT) | (_tail(days_together, days, share[place]) > HABIT_LEVEL)
        weight = np.ones(len(place))
    return _least(populations, share, int(np.max(days, initial=0)))


def _shares(place: np.ndarray, part: np.ndarray, whole: np.ndarray, size: int) -> np.ndarray:
    parts, wholes = (np.bincount(place, of, size) for of in (part, whole))
    return np.divide(parts, wholes, out=np.zeros(size), where=wholes > 0)


def _least(population: np.ndarray, share: np.ndarray, most_days: int) -> dict[str, np.ndarray]:
    trials = np.tile(np.arange(most_days + 1), len(population))
    chance = np.repeat(share, most_days + 1)
    inside = (chance > 0) & (chance < 1) & (trials > 0)
    # What bdtrik returns is near the number sought; whichever of its neighbours is the first that will do is it.
    near = np.ceil(bdtrik(1 - HABIT_LEVEL, np.maximum(trials, 1), np.where(inside, chance, 0.5)))
    least = np.where(chance < 1, 0, trials) + 1
    for candidate in (near + 2, near + 1, near, near - 1):
        x = np.clip(candidate, 1, trials + 1)
        least = np.where(inside & (_tail(x, trials, chance) <= HABIT_LEVEL), x, least)
    return {
        "population": np.repeat(population, most_days + 1),
        "other_days": trials,
        "least_together": np.maximum(least, LEAST_HABIT).astype(np.int64),
    }


def _tail(least: np.ndarray, trials: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Return P(B ≥ least) of binomials."""
    inside = bdtrc(np.clip(least - 1, 0, trials), np.maximum(trials, 1), chance)
    return np.where(least <= 0, 1.0, np.where(least > trials, 0.0, inside))
