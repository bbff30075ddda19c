"""The coincidence ratio of two calendars without the densest four weeks of each: a description beside the untrimmed ratio."""

import numpy as np
from scipy.special import stdtrit

from takedown.statistics.estimate import DRIFT_BLOCK_DAYS, Estimate

#: First days of the blocks, in days: the widest interval of all is reported.
PHASES = (0, 7, 14, 21)


def without_densest(counts: np.ndarray, days: int = DRIFT_BLOCK_DAYS) -> np.ndarray:
    """Return a calendar without the accounts of the `days` consecutive days with the most pairs of one day, Σn(n−1).

    `counts` has one entry a day; the result too, with zeros for the days left out. The earliest of equals is taken.

    >>> without_densest(np.array([1, 5, 1, 3]), days=2).tolist()
    [0, 0, 1, 3]
    """
    counts = np.asarray(counts, np.int64)
    pairs = np.concatenate([[0], np.cumsum(counts * (counts - 1))])
    days = min(days, len(counts))
    first = int((pairs[days:] - pairs[:-days]).argmax())
    trimmed = counts.copy()
    trimmed[first : first + days] = 0
    return trimmed


def _blocks(counts: np.ndarray, phase: int) -> tuple[np.ndarray, np.ndarray]:
    """Return accounts and pairs of one day in each block with accounts; the first block is shorter by `phase` days."""
    block = (np.arange(len(counts)) + phase) // DRIFT_BLOCK_DAYS
    accounts, pairs = (np.bincount(block, values) for values in (counts, counts * (counts - 1)))
    return accounts[accounts > 0], pairs[accounts > 0]


def _log_coincidence(accounts: np.ndarray, pairs: np.ndarray) -> tuple[float, float, float]:
    """Return log Σn(n−1)/N(N−1), its variance and its degrees of freedom, from blocks.

    With deviations d of the m values without one block from their mean the variance is (m−1)/m · (Σd² + max d²): the
    largest counts twice, since a population may well have another block like it. Degrees of freedom: Kish's effective
    number of blocks by pairs less 1, at least 1.
    """
    total, together, blocks = accounts.sum(), pairs.sum(), len(accounts)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = total - accounts
        without = np.log((together - pairs) / (left * (left - 1)))
        squares = (without - without.mean()) ** 2
        value = np.log(together / (total * (total - 1)))
        variance = (blocks - 1) / blocks * (squares.sum() + squares.max())
    return float(value), float(variance), max(together**2 / max((pairs**2).sum(), 1) - 1, 1.0)


def trimmed_coincidence_ratio(
    counts: np.ndarray, control_counts: np.ndarray, confidence: float = 0.95
) -> Estimate:
    """Return the ratio of two coincidence probabilities, each calendar without its densest four weeks.

    The probability is Simpson's Σn(n−1)/N(N−1) (1949). The interval is Student's t on the log scale: jackknife over blocks
    of 28 days (H. R. Künsch, 1989) with the largest deviation counted twice, degrees of freedom by B. L. Welch (1947) from
    those of both calendars; of four ways to cut the calendars into blocks the widest. n = occupied blocks of the calendar
    with fewer. No value where a trimmed calendar has no two accounts on one day, no interval where all such pairs lie in
    one block. `counts` have one entry a day. A description: it errs too often where sign-ups come in waves of months.
    """
    calendars = [without_densest(counts), without_densest(control_counts)]
    if not all((calendar > 1).any() for calendar in calendars):
        return Estimate(None)
    widest, ratio, fewest = 0.0, 0.0, len(counts)
    for phase in PHASES:
        blocks = [_blocks(calendar, phase) for calendar in calendars]
        (value, variance, freedom), (control_value, control_variance, control_freedom) = (
            _log_coincidence(*block) for block in blocks
        )
        ratio, both = value - control_value, variance + control_variance
        fewest = min(fewest, *(len(accounts) for accounts, _ in blocks))
        if not np.isfinite(both) or both < 1e-24:
            return Estimate(float(np.exp(ratio)), n=fewest)
        joint = both**2 / (variance**2 / freedom + control_variance**2 / control_freedom)
        widest = max(widest, float(stdtrit(joint, (1 + confidence) / 2)) * both**0.5)
    value, low, high = np.exp([ratio, ratio - widest, ratio + widest]).tolist()
    return Estimate(value, low, high, n=fewest)
