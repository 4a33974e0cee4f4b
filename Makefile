# Two commands do everything on a machine with Python 3.11 or newer and make: `make run` and `make test`.
# The environment is .venv, made from the lock files; delete it to start afresh.

PYTHON ?= python3
VENV := .venv
TOOLS := .venv-tools
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Resolved with the tests' needs first: the webserver holds dagster back, and both must agree.
LOCK := --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-strip-extras \
	--python-version 3.11 pyproject.toml locks/build.in

.DEFAULT_GOAL := help
.PHONY: help run test test-cluster test-service faults mutation check fix bench bench-skill ui notebook dictionary picture outlines docs lock sbom audit clean

help: ## What can be made
	@awk -F ':.*## ' '/^##@ /{printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use
run: $(VENV)/run ## Set up, then compute, check and publish all years
	$(BIN)/kronvis run

##@ Test and check
test: $(VENV)/dev ## Set up, then run all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

.PHONY: test-fast rap structure
test-fast: $(VENV)/dev ## Only what needs no published history: units, rule cases, properties (about a minute)
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/unit tests/property

test-cluster: $(VENV)/dev ## Years shared by two workers on PostgreSQL, one killed midway
	$(BIN)/python -m pytest -s tests/cluster/share_the_years.py

test-service: $(VENV)/dev ## Backfills on a real Dagster webserver and daemon
	KRONVIS_TEST_SERVICE=1 $(BIN)/python -m pytest tests/pipeline/test_backfill_ui.py

faults: $(VENV)/dev ## Inject 2,000 faults into publishing and whole runs; write docs/explanation/faults.md
	TMPDIR=$(or $(wildcard /dev/shm),/tmp) $(BIN)/python -m tests.faults.injection --faults 2000 --report faults.json --page docs/explanation/faults.md

mutation: $(VENV)/dev ## Plant small faults in the code and see which the tests find (about 15 minutes)
	$(BIN)/python -m benchmarks.mutation

check: $(VENV)/dev ## Lint, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(VENV)/dev ## Format, and mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

rap: $(VENV)/dev ## Hold the project against the 18 points of a reproducible analytical pipeline
	$(BIN)/python -m docs.rap

structure: $(VENV)/dev ## Measure modules, functions, imports, repetition; write docs/explanation/house.md
	$(BIN)/python -m docs.structure
	$(BIN)/python -m docs.structure --page

bench: $(VENV)/dev ## Measure speed against baselines; write docs/explanation/benchmarks.md (twenty minutes)
	$(BIN)/python -m benchmarks

bench-skill: $(VENV)/dev ## Measure inference, sentinel and forecasts against what is known, and 200 runs in a row
	$(BIN)/python -m benchmarks.inference
	$(BIN)/python -m benchmarks.sentinel
	$(BIN)/python -m benchmarks.forecast_backtest
	$(BIN)/python -m benchmarks.consecutive_runs 200

##@ Look and draw
ui: $(VENV)/dev ## Open the Dagster UI on this machine
	DAGSTER_HOME=$(CURDIR)/deploy/dagster_home $(BIN)/dagster dev -w workspace.yaml -h 127.0.0.1

notebook: $(VENV)/dev ## Open the notebook: three questions, answered with plots
	$(BIN)/marimo run docs/notebooks/three_questions.py --host 127.0.0.1

dictionary: $(VENV)/run ## Write docs/reference/data-dictionary.md anew
	$(BIN)/kronvis dictionary > docs/reference/data-dictionary.md

picture: $(VENV)/run ## Draw what a run says (docs/images/run.svg) from what is published now
	$(BIN)/python -m docs.picture

outlines: $(VENV)/dev ## Make the outlines of the maps anew
	$(BIN)/python -m docs.outlines

docs: $(VENV)/dev ## Build the documentation site (build/site/index.html); a broken link fails
	$(BIN)/python -m zensical build --clean --strict

##@ Environment
lock: $(VENV)/dev ## Resolve the lock files anew from pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --extra dev -o locks/dev.txt
	$(BIN)/uv pip compile $(LOCK) -c locks/dev.txt -o locks/run.txt
	$(BIN)/uv pip compile $(LOCK) -c locks/dev.txt --extra cluster -o locks/cluster.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-strip-extras \
		--python-version 3.11 locks/tools.in -o locks/tools.txt

sbom: $(VENV)/run $(TOOLS)/made ## List what is installed, as CycloneDX (build/kronvis.cdx.json)
	@mkdir -p build
	$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --of JSON -o build/kronvis.cdx.json $(BIN)/python

audit: $(TOOLS)/made ## Ask for known vulnerabilities of what a run needs (network)
	$(TOOLS)/bin/pip-audit --strict --require-hashes --disable-pip -r locks/run.txt

clean: ## Remove the environment and all results
	rm -rf $(VENV) $(TOOLS) build .cache data/out *.egg-info

# One file says what the environment was made for; the other lock then adds to it or leaves it.
$(VENV)/run: locks/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Setting up the environment (about a minute, once) …"
	@$(PIP) install --no-deps --require-hashes -r locks/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: locks/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Setting up the environment for tests (about a minute, once) …"
	@$(PIP) install --no-deps --require-hashes -r locks/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/run

$(TOOLS)/made: locks/tools.txt
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r locks/tools.txt
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Kronvis needs Python 3.11 or newer; call: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
