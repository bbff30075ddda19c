"""Which accounts post by a clock of a quarter of an hour or of an hour: a pair of them shares a schedule, whoever made it."""

import duckdb
import numpy as np

from takedown.core.database import read_sql
from takedown.statistics.circular import rayleigh_p_value

#: An account keeps a clock if the resultant length of its times on it is at least this …
LEAST_LENGTH = 0.25
#: … and the p-value of the Rayleigh test at most this, divided by the accounts of its population.
LEVEL = 0.001


def keeps_clock(length: np.ndarray, times: np.ndarray, accounts: np.ndarray) -> np.ndarray:
    """Return which accounts keep a clock.

    One element for each account: the larger of its resultant lengths (0 to 1) on a clock of a quarter of an hour and of an
    hour, its number of `times`, and how many accounts its population has.
    """
    kept = np.asarray(length) >= LEAST_LENGTH
    tests = zip(np.asarray(length)[kept], np.asarray(times)[kept], strict=True)
    p_values = np.fromiter((rayleigh_p_value(float(of), int(n)) for of, n in tests), float)
    kept[kept] = p_values <= LEVEL / np.asarray(accounts)[kept]
    return kept


def find_clocks(connection: duckdb.DuckDBPyConnection) -> int:
    """Make the table `clock` of the accounts that keep a clock, by the times of their acts; return how many.

    The connection has the tables `timeline_act`, in which posts soon after another of the same account are none, since a
    burst would look like a clock, and `member`.
    """
    sums = connection.execute(read_sql("coordination/exchange/clock_sums.sql")).fetchnumpy()
    lengths = [np.hypot(sums[f"{clock}_east"], sums[f"{clock}_north"]) for clock in ("quarter", "hour")]
    length = np.maximum(*lengths) / 1e6 / np.maximum(sums["times"], 1)
    accounts = np.bincount(np.asarray(sums["population"], np.int64))[sums["population"]]
    # Rounding may have made a length of 1 a little more.
    kept = keeps_clock(np.minimum(length, 1), sums["times"], accounts)
    connection.register("found", {"account": sums["account"][kept].astype(np.int32)})
    connection.execute("CREATE OR REPLACE TEMP TABLE clock AS FROM found")
    connection.unregister("found")
    return int(kept.sum())
