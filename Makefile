# From a fresh clone each target does all that it needs. What they make is in .venv, .asv,
# results/local and html.
PYTHON ?= python3
PORT ?= 8080
# How much is measured: quick, standard or full.
SUITE ?= standard
# What `make measure` takes, as README says.
MEASURE := 7 minutes, more the first time

# Relative, since the checkout may lie in a folder with spaces.
python := .venv/bin/python
asv := $(python) -m asv
machine := local
install := $(python) requirements/lock.py
# One more than there are cores, since some tests wait; conftest.py says which file comes last.
pytest := $(python) -m pytest -n 3 --dist loadfile --no-loadscope-reorder

# asv looks for the Python of its environments on the PATH.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export SUITE

# asv keeps what it knows of the machine in the home folder; give it one if it cannot write there.
ifeq ($(shell test -w "$$HOME" && echo writable),)
export HOME := $(CURDIR)/.asv/home
$(shell mkdir -p .asv/home)
endif

.PHONY: help dashboard measure publish serve try check test test-all validate bisect lint format setup \
  findings requirements clean machine

help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s%s\n", $$1, $$2 }' Makefile

dashboard: SUITE = quick
dashboard: measure publish ## measure the newest release in short, publish the site
	@echo
	@echo "The site is in html/. To look at it: make serve"
	@echo "It has the quick suite. To measure everything ($(MEASURE)): make measure publish"

measure: machine ## measure all of the newest release (SUITE=full has the longest, too)
	$(python) -m tools.measure

publish: .venv/installed ## write the site to html/ from what was measured
	$(asv) publish

serve: ## show the site (PORT=8080)
	@test -e html/index.html || { echo "There is no site yet: make dashboard (or make publish) first"; exit 1; }
	@echo "http://127.0.0.1:$(PORT)/ (Ctrl+C ends it)"
	@$(PYTHON) -m http.server --bind 127.0.0.1 --directory html $(PORT)

ifeq ($(MAKECMDGOALS) $(BENCH),try )
$(error Which benchmark? For example: make try BENCH=metrics.LogMetrics)
endif
try: machine .venv/installed-test ## run one benchmark once, save nothing: make try BENCH=metrics.LogMetrics
	@$(python) -m tools.once "$(BENCH)"

check: lint ## look at everything that takes no measurement: style, types, rules, unit tests
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(python) -m pyright
	.venv/bin/lint-imports
	$(asv) check -E existing
	$(python) -m pytest -n auto tests/unit

test: .venv/installed-test ## run the tests, but for those that take long
	$(pytest) -m "not slow"

test-all: .venv/installed-test ## run the tests that take long
	$(pytest) -m slow

bisect: machine .venv/installed ## find the first bad commit: make bisect GOOD=v1.3.1 BAD=v1.4.0 BENCH=instructions
	@$(python) -m tools.bisect "$(GOOD)" "$(BAD)" "$(BENCH)"

# What was measured before an interruption is used again.
validate: machine .venv/installed-test ## prove that slowdowns are seen: repeats, counts, times and traps, or PART=times
	$(python) -m validation $(PART)

lint: .venv/installed-test ## look at the style
	$(python) -m ruff check
	$(python) -m ruff format --check

format: .venv/installed-test ## mend the style
	$(python) -m ruff check --fix
	$(python) -m ruff format

setup: .venv/installed ## install the tools into .venv

.venv/uv: requirements/uv.txt
	@$(PYTHON) -c "import sys; sys.version_info < (3, 10) and sys.exit('Python 3.10 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)')"
	@test -x $(python) || $(PYTHON) -m venv .venv
	@$(python) -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/installed: .venv/uv requirements/run.txt requirements/node.txt
	@echo "Installing the tools into .venv"
	@$(install) run
	@command -v npm >/dev/null || $(install) node
	@touch $@

.venv/installed-test: .venv/installed requirements/test.txt requirements/validation.txt
	@echo "Installing what the tests need into .venv (MLflow among it, some 850 MB)"
	@$(install) test validation
	@touch $@

machine: .venv/installed ## tell asv what this machine is
	@$(python) -m tools.machine $(machine)

findings: .venv/installed ## write docs/findings.md, its figures from the committed results
	$(python) -m tools.findings

requirements: .venv/uv ## write the locks in requirements/ (UPGRADE=--upgrade: with newest versions)
	$(install) --write $(UPGRADE)

clean: ## remove all that was made
	rm -rf .venv .asv html/* results/local
