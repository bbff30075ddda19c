"""How many labelled pairs of texts the trace of near-duplicate texts finds."""

from pathlib import Path

import duckdb
import numpy as np
from scipy import stats

from takedown.benchmark.metrics import rank, roc_auc
from takedown.coordination.near_text import FEWEST_SEQUENCES, LENGTH, THRESHOLD, jaccard, sequence_sets
from takedown.core.database import read_sql
from takedown.core.errors import InputError

#: How one text of a pair was made from the other; pairs of unrelated texts are the comparison.
RELATIONS = ("copy", "rewording", "translation", "unrelated")
COLUMNS = ("relation", "pairs", "found", "share", "low", "high", "roc_auc")


def text_similarity(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the Jaccard index (shape [pairs]) of texts; 0 where a text has fewer sequences than near-duplicates need.

    >>> text_similarity(np.array(["the same short sentence"]), np.array(["the same short sentence"])).tolist()
    [1.0]
    """
    index = np.zeros(len(one))
    shortest = FEWEST_SEQUENCES + LENGTH - 1
    lengths = np.array([min(len(a), len(b)) for a, b in zip(one, other, strict=True)])
    long = np.flatnonzero(lengths >= shortest)
    if len(long):
        sets = sequence_sets(np.concatenate([one[long], other[long]]))
        compared = jaccard(sets, np.arange(len(long)), np.arange(len(long), 2 * len(long)))
        few = np.minimum(*np.diff(sets.indptr).reshape(2, -1)) < FEWEST_SEQUENCES
        index[long] = np.where(few, 0, compared)
    return index


def text_pair_table(path: str | Path) -> list[tuple]:
    """Return the rows of COLUMNS, one a relation: pairs, pairs found, their share with its Wilson interval, and ROC AUC.

    `path` is a CSV file with the columns text_a, text_b and relation (RELATIONS). The AUC ranks the pairs of a relation
    and unrelated pairs by their Jaccard index. Raises InputError where a column is missing or a relation is unknown.
    """
    with duckdb.connect() as connection:
        connection.execute(read_sql("coordination/trace_macros.sql"))
        try:
            pairs = connection.execute(read_sql("benchmark/text_pair.sql"), {"path": str(path)}).fetchnumpy()
        except (duckdb.BinderException, duckdb.InvalidInputException) as error:
            raise InputError(
                f"{path} is no table of text pairs with the columns text_a, text_b and relation: "
                f"{str(error).splitlines()[0]}"
            ) from None
    relation = pairs["relation"].astype(object)
    if unknown := sorted(set(map(str, relation)) - set(RELATIONS)):
        raise InputError(f"{path} has the relation {unknown[0]!r}; write one of {', '.join(RELATIONS)}.")
    index = text_similarity(pairs["one"], pairs["other"])
    rows = []
    for name in RELATIONS:
        chosen = relation == name
        if not (count := int(chosen.sum())):
            continue
        found = int((index[chosen] >= THRESHOLD).sum())
        share = stats.binomtest(found, count).proportion_ci(method="wilson")
        compared = chosen | (relation == "unrelated")
        auc = None
        if name != "unrelated" and compared.sum() > count:
            auc = float(roc_auc(rank(index[compared], chosen[compared])))
        rows.append((name, count, found, found / count, float(share.low), float(share.high), auc))
    return rows
