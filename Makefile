# The commands of this project: people and CI call the same ones. `make help` lists them.
# Needs Python >= 3.11, Node.js >= 20, npm and git. Everything else goes into .venv and js/node_modules.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUNDLES := $(patsubst %,domsync_jupyter/static/%.js,widget page islands loader time_series)
JS_SOURCES := $(shell find js/src -type f 2>/dev/null) $(wildcard js/*.mjs js/*.json)
PYTEST_ARGS ?=
DEMO_ARGS ?=
BENCH_ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo docs test test-lab test-page test-python test-faults soak bench bench-micro check check-python check-js check-docs lint format build \
	clean chromium

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: $(VENV)/demo.stamp $(BUNDLES) ## open JupyterLab on a live dashboard (DEMO_ARGS: see scripts/demo.py --help)
	$(BIN)/python -m scripts.demo $(DEMO_ARGS)

docs: check-docs ## the documentation as a web site, in .docs/
	@echo "Open .docs/index.html"

# The longest first. Each shows its output when it ends, and has it in test-results/ before; what failed comes last once more.
test: ## every check and every test, in real browsers and a real JupyterLab too (PYTEST_ARGS)
	@rm -rf test-results && mkdir test-results
	@echo "Two at a time, each with its output in one piece at its end; meanwhile: tail -f test-results/*.txt"
	@status=0; \
	$(MAKE) --no-print-directory --keep-going --jobs=2 --output-sync=target \
		test-lab test-page test-python test-faults check-js check-docs check-python || status=1; \
	grep -hE '^(FAILED|ERROR) ' test-results/*.txt; \
	tail -n 1 test-results/*.txt; \
	exit $$status # a failed check keeps no test from running: one run tells everything

test-lab: chromium $(VENV)/dev.stamp $(BUNDLES) ## the tests in a real JupyterLab alone (PYTEST_ARGS)
	@$(call pytest,lab,tests/browser -m lab)

test-page: chromium $(VENV)/dev.stamp $(BUNDLES) ## the other tests in real browsers alone (PYTEST_ARGS)
	@$(call pytest,page,tests/browser -m "not lab")

test-python: $(VENV)/dev.stamp $(BUNDLES) ## the tests of the layers alone (PYTEST_ARGS)
	@$(call pytest,python,$(filter-out tests/browser/ tests/faults/,$(wildcard tests/*/)))

test-faults: $(VENV)/dev.stamp $(BUNDLES) ## the tests of faults, and of the package as a whole, alone (PYTEST_ARGS)
	@$(call pytest,faults,tests/faults $(wildcard tests/test_*.py))

# What has a small count in `make test` and a large one here.
SOAK := tests/faults tests/sync/test_schedules.py tests/sync/test_threads.py tests/test_fuzz_server.py $(patsubst %,tests/browser/test_%.py, \
	busy_kernel comm_faults connection fuzz_applier injection javascript life_cycle live_properties markup oracle page_schedules \
	replication)

soak: chromium $(VENV)/dev.stamp $(BUNDLES) ## hours of faults, fuzz and floods, and what they measured (PYTEST_ARGS)
	@export DOMSYNC_SOAK=1; $(call pytest,soak,$(SOAK) -s); status=$$?; \
	echo; grep -o 'FIGURE .*' test-results/soak.txt; exit $$status

# Which of both PYTEST_ARGS selects nothing of (status 5) is no failure.
test-lab test-page test-python test-faults soak: SHELL := bash
pytest = set -o pipefail; mkdir -p test-results; \
	$(BIN)/python -m pytest $(2) --durations=10 --durations-min=5 $(PYTEST_ARGS) 2>&1 | tee test-results/$(1).txt \
	$(if $(PYTEST_ARGS),|| test $$? = 5)

bench: chromium $(VENV)/dev.stamp $(BUNDLES) ## side by side with hand-written JavaScript and other libraries (BENCH_ARGS: see benchmarks/README.md)
	$(BIN)/python -m benchmarks.side_by_side $(BENCH_ARGS)

bench-micro: $(VENV)/dev.stamp ## what operations cost in Python, and whether that grows with the document
	@mkdir -p .bench
	$(BIN)/python -m pytest benchmarks/micro --benchmark-only --benchmark-json=.bench/micro.json
	$(BIN)/python -m benchmarks.micro.report .bench/micro.json

check: check-python check-js check-docs

check-python: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

check-js: $(BUNDLES)
	cd js && npm run check
	cd js && npm test

# A warning is an error: mkdocs.yml; with --quiet it would be none. The variable is about what comes after MkDocs.
check-docs: $(VENV)/dev.stamp
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

lint: $(VENV)/dev.stamp js/node_modules/.package-lock.json ## ruff, mypy, tsc, biome
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	cd js && npm run check

format: $(VENV)/dev.stamp js/node_modules/.package-lock.json ## ruff and biome, fixing what they can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	cd js && npm run format

build: $(VENV)/dev.stamp $(BUNDLES) ## the JavaScript bundles, and sdist and wheel in dist/
	rm -rf dist
	$(BIN)/python -m build --no-isolation

clean: ## remove everything that make made
	rm -rf $(VENV) .bench .demo .docs dist test-results domsync_jupyter/static js/node_modules
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis

chromium:
	@scripts/ensure-chromium

# -- what the commands stand on --------------------------------------------------------------------------------------

# Errors are said. Most of what is installed is never imported: what is, is compiled then.
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check -qq --no-compile

# The pip that comes with Python may be old, and take half a minute longer to find what fits together.
$(VENV)/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; '$(PYTHON)' is not. Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP_INSTALL) --upgrade pip || true
	@touch $@

# The bundles are made by the rule below, so the build hook of an editable install has nothing to do.
$(VENV)/demo.stamp $(VENV)/dev.stamp: $(VENV)/%.stamp: $(VENV)/made.stamp pyproject.toml
	SKIP_JUPYTER_BUILDER=1 $(PIP_INSTALL) --editable '.[$*]'
	@touch $@

js/node_modules/.package-lock.json: js/package.json js/package-lock.json
	cd js && npm ci
	@touch $@

domsync_jupyter/static/widget.js: js/node_modules/.package-lock.json $(JS_SOURCES)
	cd js && npm run build
	@touch -c $(BUNDLES)

# One run of the build writes all.
$(filter-out domsync_jupyter/static/widget.js,$(BUNDLES)): domsync_jupyter/static/widget.js
	@test -f $@ || { cd js && npm run build; }
	@touch $@
