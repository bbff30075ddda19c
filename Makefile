# make          create the environment and run the whole study; the paper is results/paper/paper.pdf
# make test     create the environment and run the tests
# make lint     check format and style of Python and rules, types, and imports between rooms (its parts: lint-python,
#               lint-types, lint-imports, lint-rules)
# make verify   run the study in a scratch copy with other cores, shards, time zone and locale; compare byte for byte
# make proofs   kill, interrupt and starve the small study and check that a rerun gives the undisturbed results; run the
#               commands of README.md and docs/campaigns.md; recompute rows of the tracked tables (ten minutes)
# make fuzz     damage ten thousand archives and account for each of their rows (about an hour)
# make bench    run the study in a scratch copy; print time and peak memory of each job
# make bench-scale  time the study at the size of the real archives, and ingestion at ten times that size, next to pandas
#               and polars (an hour)
# make bench-coordination  time the search for pairs against two other tools on the same events, and the grouping of 9 million
#               near-duplicate texts, with datasketch beside it at 20,000
# make calibration  simulate the error of every method; replace the tracked table (about 20 minutes)
# make recovery     search twenty simulated replicas for the planted effects; replace the tracked tables
# make slurm-executor  add Snakemake's executor for SLURM to the environment
# make slurm    start a cluster of one node, run the small study on it and compare. It needs the Debian packages munge,
#               slurmctld, slurmd and slurm-client; as root it installs them with apt-get
# make reference  replace the tracked reference of the default run by the current results
# make campaign NAME=…  write campaigns/….yaml, the configuration of a study of a release in the registry; without a name,
#               those of all releases
# make deposit NAME=…  study the release of campaigns/….yaml, whose files are in data/raw, and replace its anonymous
#               results in workflow/resources/deposited
# make dictionary  renew docs/data-dictionary.md from the schema
# make replication  renew REPLICATION.md from the registry, the lock and the workflow
# make licences  renew docs/licences.md from the locks and the metadata of the packages
# make bench-hostile  time damaged and malicious files of 100 MB next to a sound one
# make preregistration  renew docs/preregistration.md from the claims and the calibration table
# make docs     build the documentation as a site in site/ and check its links
# make lock     renew requirements*.txt from requirements*.in

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# Files that `make proofs` runs: by default all except the test on a cluster.
PROOFS ?= tests/proofs --ignore tests/proofs/test_slurm.py
SLURM_PACKAGES := munge slurmctld slurmd slurm-client

.PHONY: all test proofs fuzz lint lint-python lint-types lint-imports lint-rules verify bench bench-scale bench-coordination calibration recovery slurm-executor slurm reference campaign deposit bench-hostile dictionary licences preregistration replication docs lock

all: $(VENV)/study
	$(BIN)/snakemake

test: $(VENV)/test
	$(BIN)/python -m pytest

proofs: $(VENV)/test
	$(BIN)/python -m pytest --dist loadgroup $(PROOFS)

fuzz: $(VENV)/test
	$(BIN)/python -m pytest -n 0 -s tests/proofs/fuzz_archives.py

lint: lint-python lint-types lint-imports lint-rules

lint-python: $(VENV)/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-types: $(VENV)/test
	$(BIN)/mypy

lint-imports: $(VENV)/test
	$(BIN)/lint-imports --no-logo --no-cache

lint-rules: $(VENV)/test
	$(BIN)/snakefmt --check Snakefile workflow/rules extensions
	$(BIN)/snakemake --workflow-profile none --lint

verify: $(VENV)/study
	$(BIN)/python -m tools.verify_results

bench: $(VENV)/study
	$(BIN)/python -m bench.study

bench-scale: $(VENV)/study
	$(BIN)/python -m bench.scale

bench-coordination: $(VENV)/study
	$(BIN)/python -m bench.coordination
	$(BIN)/python -m bench.near_text

bench-hostile: $(VENV)/test
	$(BIN)/python -m bench.hostile

calibration recovery: $(VENV)/study
	$(BIN)/snakemake $@
	cp results/$@*.csv workflow/resources/

slurm-executor: $(VENV)/slurm

slurm: $(VENV)/test
	if [ "$$(id -u)" = 0 ] && command -v apt-get && ! command -v slurmctld; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends $(SLURM_PACKAGES); fi
	$(BIN)/python -m pytest -n 0 tests/proofs/test_slurm.py

reference: all
	mkdir -p tests/reference
	cp results/MANIFEST.sha256 tests/reference/
	cp results/figures/creation_calendar.png docs/

campaign: $(VENV)/study
	$(BIN)/python -m tools.make_campaign $(NAME)

deposit: $(VENV)/study
	$(BIN)/snakemake write_deposit --directory studies/$(NAME) --configfile campaigns/$(NAME).yaml --config raw_folder=../../data/raw
	mkdir -p workflow/resources/deposited/$(NAME)
	cp studies/$(NAME)/results/deposit/*.csv workflow/resources/deposited/$(NAME)/

dictionary: $(VENV)/study
	$(BIN)/python -m tools.write_dictionary

docs: $(VENV)/test
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

replication: $(VENV)/study
	$(BIN)/python -m tools.write_replication

licences: $(VENV)/slurm $(VENV)/test
	$(BIN)/python -m tools.list_licences

preregistration: $(VENV)/study
	$(BIN)/python -m tools.write_preregistration

lock: $(VENV)/test
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-uv.txt
	for name in requirements requirements-test requirements-slurm requirements-uv; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade $$name.in -o $$name.txt || exit 1; \
	done

$(VENV)/study: requirements.txt tools/create_environment.py
	$(PYTHON) tools/create_environment.py $(VENV) requirements.txt
	touch $@

$(VENV)/slurm: requirements.txt requirements-slurm.txt tools/create_environment.py
	$(PYTHON) tools/create_environment.py $(VENV) requirements.txt requirements-slurm.txt
	touch $@ $(VENV)/study

$(VENV)/test: requirements.txt requirements-test.txt requirements-slurm.txt tools/create_environment.py
	$(PYTHON) tools/create_environment.py $(VENV) requirements.txt requirements-test.txt requirements-slurm.txt
	touch $@ $(VENV)/study $(VENV)/slurm
