"""Each headline number under every combination of defensible choices: the range of its estimates, and their figure.

In: results/records, the choices of config.yaml.
Out: results/measures/specifications.csv, results/tables/specifications_*.csv, results/figures/specifications.{pdf,svg,png}.
"""

STRATA = {
    "last_day": [config["creation"]["control_cut"], config["creation"]["earlier_cut"]],
    "largest_month": ["kept", "left out"],
}


rule measure_specifications:
    input:
        records=RECORDS,
        code=code("scripts/measure_specifications.py"),
        queries=sql("robustness/specification_days.sql")
        + sql("posting/plotted_hours.sql")
        + sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/specifications.csv",
        bursts="results/tables/specifications_bursts.csv",
        office_hours="results/tables/specifications_office_hours.csv",
    log:
        "logs/measure_specifications.log",
    benchmark:
        "benchmarks/measure_specifications.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        subjects=config["subjects"],
        posting_series=config["posting_series"],
        weekend=WEEKEND,
        utc_offset_hours=config["utc_offset_hours"],
        seed=config["inference"]["seed"],
        # Draws of each lower end; the study's own number has more.
        draws=9999,
        # The two calendars, and the operation's with and without its largest month, are strata and no choices of taste.
        choices={
            "bursts": config["specifications"]["bursts"] | STRATA,
            "office_hours": config["specifications"]["office_hours"],
        },
        # The choices of the other analyses, which form the study's own specification.
        own={
            "bursts": {
                "baseline_days": config["creation"]["burst_baseline_days"],
                "alpha": config["creation"]["burst_alpha"],
            },
            "office_hours": {
                "hours": config["office_hours"],
                "utc_offset_hours": config["utc_offset_hours"],
            },
        },
    message:
        "Estimating the headline numbers under every combination of choices"
    script:
        "../../scripts/measure_specifications.py"


MEASURES.append(rules.measure_specifications.output.measures)
published.append(rules.measure_specifications.output.office_hours)
# The bursts are compared with those of a control.
if config["subjects"]["control"]:
    published.append(rules.measure_specifications.output.bursts)


#: The populations of the study as the figure calls them together; a control without archives is none.
POPULATIONS = " and ".join(
    subject for subject, archives in config["subjects"].items() if archives
)


rule plot_specifications:
    input:
        bursts=rules.measure_specifications.output.bursts,
        office_hours=rules.measure_specifications.output.office_hours,
        code=code("scripts/plot_specifications.py"),
    output:
        **figure("specifications"),
    log:
        "logs/plot_specifications.log",
    benchmark:
        "benchmarks/plot_specifications.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        populations=POPULATIONS,
        names={POPULATIONS: "; ".join(NAMES.values())} if NAMES else {},
        series_name=f"posts of {REGISTRY[config['posting_series']]['name']}",
    message:
        "Drawing the headline numbers under every combination of choices"
    script:
        "../../scripts/plot_specifications.py"
