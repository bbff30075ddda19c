"""The test of pairs that this study used before exchange, kept as what exchange is compared with.

Of the days on which two accounts were near each other, all differences in time were taken to be equally likely, or as short
as in the control if these are shorter. A crowd faster than the control has edges by it.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtrc

from takedown.coordination.evidence import pairs_tested
from takedown.statistics.estimate import Estimate

#: A control with fewer pair-days of a trace does not show how a crowd behaves in that trace.
CROWD_PAIR_DAYS = 100


def find_former_edges(
    days_near: ArrayLike, days_together: ArrayLike, chance: ArrayLike, alpha: float
) -> np.ndarray:
    """Return which pairs were together more often than a binomial with `chance` allows, family-wise error `alpha`.

    The arrays have shape [pairs and traces]: days on which two accounts were near each other, those on which they were
    together, and the probability of being together. Bonferroni's correction over the testable pairs (`pairs_tested`).

    >>> find_former_edges([9, 9, 1], [9, 2, 1], 0.1, 0.05)
    array([ True, False, False])
    """
    near, together = np.asarray(days_near), np.asarray(days_together)
    p_value, smallest = (bdtrc(np.maximum(days - 1, 0), near, chance) for days in (together, near))
    return (together > 0) & (p_value <= alpha / pairs_tested(smallest, alpha=alpha))


def crowd_levels(control: Mapping[str, Estimate | None]) -> dict[str, float]:
    """Return the upper end of the control's synchrony by trace, if it has an interval and `CROWD_PAIR_DAYS`.

    >>> crowd_levels({"co_link": Estimate(0.1, 0.08, 0.13, n=900), "co_reply": Estimate(0.3, 0.1, 0.9, n=8)})
    {'co_link': 0.13}
    """
    return {
        name: share.high
        for name, share in control.items()
        if share is not None and share.high is not None and (share.n or 0) >= CROWD_PAIR_DAYS
    }
