"""How the accounts lived, from creation to suspension: measures, survival curves and their figure.

In: results/records (with the labels of posts), workflow/resources/ownership_terms.yaml.
Out: results/measures/life.csv, results/tables/life_*.csv, results/figures/account_life.{pdf,svg,png}.
"""


rule measure_life:
    input:
        records=[RECORDS, LABELS],
        ownership=in_place(RESOURCES / "ownership_terms.yaml"),
        code=code("scripts/measure_life.py"),
        queries=sql("life/*.sql")
        + sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/life.csv",
        survival="results/tables/life_survival.csv",
        ownership="results/tables/life_ownership.csv",
    log:
        "logs/measure_life.log",
    benchmark:
        "benchmarks/measure_life.tsv"
    conda:
        ENVIRONMENT
    params:
        **config["inference"],
        subjects=config["subjects"],
        life=config["life"],
        until=config["creation"]["control_cut"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring first posts, dormancies and turns to the topic of the accounts"
    script:
        "../../scripts/measure_life.py"


MEASURES.append(rules.measure_life.output.measures)
published += [rules.measure_life.output.survival, rules.measure_life.output.ownership]


rule plot_account_life:
    input:
        table=rules.measure_life.output.survival,
        code=code("scripts/plot_account_life.py"),
        queries=sql("life/life_survival.sql"),
    output:
        **figure("account_life"),
    log:
        "logs/plot_account_life.log",
    benchmark:
        "benchmarks/plot_account_life.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        names=NAMES,
    message:
        "Drawing the survival curves of the accounts"
    script:
        "../../scripts/plot_account_life.py"
