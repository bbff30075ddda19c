"""The words of the measures of account creation: how each was computed, and what its n counts."""

from takedown.statistics.estimate import RowBuilder

_DAYS = (
    "days with more accounts than a negative binomial around the local baseline ({baseline_days} days on either side, at an end "
    "of the calendar as many as the shorter side has but at least {shortest_side}; the neighbouring days and other bursts left "
    "out) explains, given the sum of day and baseline; dispersion {dispersion:.3g}, {dispersion_from}; Holm at {alpha:g} over "
    "all days from first to last account"
)
_LOWER_END = (
    "lower end: 2.5 % quantile of {draws} draws, in each of which every block of 52 weeks counts a Poisson number of times with "
    "mean 1 (block bootstrap), the least of 13 ways to cut the calendars into blocks; the upper end would be too low and is not "
    "given; effective blocks: burst_share_effective_blocks"
)
#: Measure → its unit, its method, and what its n counts.
METHODS = {
    "accounts": ("accounts", "count of all accounts with a creation day", "accounts"),
    "accounts_compared": (
        "accounts",
        "count of accounts created until {cut}, the population that the comparisons use",
        "accounts",
    ),
    "distinct_days": ("days", "count of UTC days with at least one created account", "accounts"),
    "burst_days": (
        "days",
        _DAYS
        + ", so that with {level:g} % confidence none is a false alarm if ordinary days vary by that dispersion; a burst "
        "says that accounts were created together and no more: friends who join together make one; test and effect size: "
        "largest_burst_fold, and for each day creation_days.csv; error rates: results/calibration.csv",
        "days tested",
    ),
    "largest_burst_fold": (
        "times the baseline",
        "accounts of the day with the smallest p-value over the mean of its local baseline (no value where that is empty); "
        "{level:g} % interval for all days at once (Bonferroni): exact, given the sum of day and baseline, a day of fold f "
        "taken as f ordinary days (beta-binomial, dispersion {dispersion:.3g}); test: that of burst_days, adjusted for all days "
        "of the calendar (Holm)",
        "days tested",
    ),
    "burst_share": (
        "share",
        "share of accounts that were created on burst_days, a description{compared}",
        "accounts",
    ),
    "burst_share_effective_blocks": (
        "blocks",
        "how many blocks of 52 weeks with equally many accounts on burst_days those of the calendar are worth, (Σx)²/Σx² (Kish), "
        "the smallest of 13 ways to cut it into blocks; below four hardly a lower end is above 0",
        "burst days",
    ),
    "burst_share_control_thinned": (
        "share",
        "share of accounts on burst days among {size} accounts of the control drawn without replacement, accounts of both "
        "populations created until {cut}; mean and central 95 % of {repetitions} draws, each tested for bursts anew with the "
        "dispersion {dispersion:.3g}",
        "accounts drawn",
    ),
    "burst_share_difference": (
        "share",
        "share of accounts on burst days less that of the control, accounts of both populations created until {cut}{without}; burst "
        "days: "
        + _DAYS
        + "; "
        + _LOWER_END
        + "; a control with the same batches and many more of them hides batches of ten in its "
        "density: joint_burst_share_difference",
        "accounts",
    ),
    "joint_burst_share": (
        "share",
        "share of accounts that were created on the burst days of both calendars added up, accounts of both populations created "
        "until {cut}; against the baseline of both together a batch is found or lost whichever population it belongs to; "
        "dispersion {dispersion:.3g}",
        "accounts",
    ),
    "joint_burst_share_difference": (
        "share",
        "joint_burst_share less that of the control; " + _LOWER_END + "",
        "accounts",
    ),
    "coincidence_probability": (
        "probability",
        "Simpson's Σn(n−1)/N(N−1) over creation days, accounts created until {cut}; a description without an interval: few "
        "batches hold most of its pairs (coincidence_pairs_in_two_blocks)",
        "days with accounts",
    ),
    "coincidence_pairs_in_two_blocks": (
        "share",
        "share of the pairs of accounts of one day that lie in the two fullest blocks of {block_days} days, counted from the first "
        "creation day, accounts created until {cut}",
        "blocks with accounts",
    ),
    "coincidence_ratio": (
        "ratio",
        "coincidence probability over that of the control, accounts of both populations created until {cut}; a description "
        "without an interval: two blocks of {block_days} days hold {in_two_blocks:.0%} of the population's pairs; with an interval and "
        "without the densest weeks: trimmed_coincidence_ratio",
        "days with accounts in the smaller calendar",
    ),
    "trimmed_coincidence_ratio": (
        "ratio",
        "coincidence probability over that of the control, each calendar without the {block_days} consecutive days with the most pairs "
        "of one day, accounts of both populations created until {cut}; 95 % interval: Student's t of the logarithm, jackknife by "
        "blocks of {block_days} days with the largest deviation counted twice, degrees of freedom by Kish and Welch, the widest of four "
        "ways to cut the calendars into blocks; a description, as it errs too often where sign-ups come in waves: "
        "results/calibration.csv",
        "blocks with accounts in the calendar that has fewer",
    ),
    "top10_share": (
        "share",
        "share of accounts created until {cut} that the ten fullest days hold; a description that depends on the "
        "number of accounts{compared}; no interval",
        "accounts",
    ),
    "top10_share_control_rarefied": (
        "share",
        "share that the ten fullest days hold among {size} accounts of the control drawn without replacement, accounts of both "
        "populations created until {cut}; mean and central 95 % of {repetitions} draws, the control's calendar taken as fixed",
        "accounts drawn",
    ),
}

#: Returns the row of a measure.
#: Bursts are tested with the dispersion of the control, and the control is reduced to the size of the operation.
_ALSO = {
    "control": ["*burst*", "*coincidence_ratio*", "*_control_*"],
    "operation": ["*_control_*", "joint_*"],
}
creation_row = RowBuilder("creation", "measure_creation", "creation bursts", METHODS, _ALSO).described
