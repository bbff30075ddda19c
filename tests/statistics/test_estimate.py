"""The row that reports an estimate."""

from takedown.statistics.estimate import Estimate, RowBuilder

ROW = RowBuilder("posting", "measure_posting", "posting hours")
REST = ("share", "how it came about", "release")


def test_a_row_is_named_by_its_question_and_holds_the_estimate_and_its_rule():
    row = ROW("office_share", "operation", Estimate(0.4, 0.3, 0.5, 0.01, 12), *REST)
    assert (row.measure, row.subject, row.rule) == ("posting.office_share", "operation", "measure_posting")
    assert (row.value, row.low, row.high, row.p_value, row.n) == (0.4, 0.3, 0.5, 0.01, 12)
    assert (row.unit, row.method, row.provenance) == REST


def test_a_row_belongs_to_the_family_of_tests_only_with_a_p_value():
    assert ROW("a", "b", Estimate(0.4, p_value=0.01), *REST).family == "posting hours"
    assert ROW("a", "b", Estimate(0.4), *REST).family == ""


def test_what_n_counts_is_said_only_where_there_is_a_count():
    assert ROW("a", "b", Estimate(0.4, n=12), *REST, n_unit="days").n_unit == "days"
    assert ROW("a", "b", Estimate(0.4), *REST, n_unit="days").n_unit == ""
