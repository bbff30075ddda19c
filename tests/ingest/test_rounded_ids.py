"""Ids that a spreadsheet rounded and wrote in full. All data are invented."""

import pytest

from takedown.core.database import SQL_FOLDER, open_records, run_checks
from tests.ingest_files import LIST_HEADER, tweet

FIRST = 1196659470232771234


def ids(number: int, digits: int) -> list[int]:
    """Return ids some hours apart, rounded to a number of digits."""
    return [round(FIRST + i * 61_234_567_891_234, digits - 19) for i in range(number)]


def users(rows) -> bytes:
    return LIST_HEADER + b"".join(b"%d,2019-11-19,%d,0,0\n" % row for row in rows)


@pytest.mark.parametrize(("digits", "decoded"), [(15, 0), (19, 40)])
def test_no_instant_is_decoded_from_rounded_ids(ingest_list, digits, decoded):
    result = ingest_list(users((i, 1) for i in ids(40, digits)))
    assert result.rows("account", "count(*), count(created_at)") == [(40, decoded)]
    expected = [("account_id", 40, 40, 0)] if digits == 15 else []
    assert result.rows("rounded_id", "column_name, ids, in_zeros, merged") == expected


def test_no_instant_is_decoded_from_rounded_ids_of_posts(ingest_posts):
    result = ingest_posts(*(tweet(str(i)) for i in ids(40, 15)))
    assert result.rows("post", "count(*), count(decoded_at)") == [(40, 0)]
    assert result.rows("rounded_id", "column_name, ids, in_zeros, merged") == [("post_id", 40, 40, 0)]


def test_accounts_that_became_one_are_counted(ingest_list):
    made = ids(20, 15)
    rows = [*((i, 1) for i in made), (made[0], 1), (made[0], 2), (made[0], 3), (made[1], 2)]
    result = ingest_list(users(rows))
    assert result.account() == (24, 20, 4, 0, 0)
    assert result.rows("rounded_id", "ids, in_zeros, merged") == [(24, 24, 3)]


def test_multiples_of_eight_are_no_rounded_ids(ingest_list):
    # A snowflake often ends in zeros of bits; one in 125 of these ends in three zeros of digits.
    result = ingest_list(users((i // 8 * 8, 1) for i in ids(3000, 19)))
    ((zeros,),) = result.rows("account", "count_if(suffix(account_id, '000'))")
    assert zeros > 9
    assert result.rows("account", "count(created_at)") == [(3000,)]
    assert result.rows("rounded_id") == []


def test_a_study_is_warned_of_rounded_ids(ingest_list):
    result = ingest_list(users((i, 1) for i in ids(40, 15)))
    with open_records(result.outputs.values(), utc_offset_hours=0) as records:
        warnings = run_checks(records, SQL_FOLDER / "checks/warnings")
    assert warnings == [("ids_are_not_rounded", 1, "('account_id', 'a', 40, 40, 0)")]
