"""All families of cases, and the case that a seed determines."""

import random
from collections.abc import Callable

from tests.proofs import fuzz_families as families
from tests.proofs.fuzz_beyond import FurtherCase, hostile_text, pairs_of_parquet
from tests.proofs.fuzz_case import Case
from tests.proofs.fuzz_packed import compressed, pages, whole

#: Families of cases with their relative frequencies.
FAMILIES: dict[Callable[[random.Random], Case | FurtherCase], float] = {
    families.known_damage: 16,
    families.any_damage: 18,
    families.rows_in_text: 5,
    families.blank_runs: 1,
    pairs_of_parquet: 4,
    hostile_text: 3,
    families.bytes_anywhere: 10,
    families.header: 5,
    families.another_encoding: 2,
    families.list_of_accounts: 6,
    families.damaged_zip: 12,
    families.hostile_zip: 4,
    families.json_known: 5,
    families.json_any: 6,
    whole: 6,
    pages: 4,
    compressed: 10,
    families.parquet: 5,
    families.r_data: 6,
    families.no_archive: 2,
    families.large: 0.5,
}


def make_case(seed: int) -> Case | FurtherCase:
    """Return the case that a seed determines."""
    rng = random.Random(seed)
    [family] = rng.choices(list(FAMILIES), list(FAMILIES.values()))
    case = family(rng)
    if isinstance(case, Case):
        case.limits["threads"] = rng.choice([1, 2])
    return case
