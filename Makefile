# `make dashboard` and `make test` do everything from a fresh clone. All they make is in .venv,
# .asv, results/local and html.
PYTHON ?= python3
PORT ?= 8080

# Relative, since the checkout may lie in a folder with spaces.
python := .venv/bin/python
asv := $(python) -m asv
compile := $(python) -m uv pip compile -q --universal --python-version 3.10 --no-emit-index-url \
  --custom-compile-command "make requirements"
machine := local

# asv looks for the Python of its environments on the PATH.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

# asv keeps what it knows of the machine in the home folder; give it one if it cannot write there.
ifeq ($(shell test -w "$$HOME" && echo writable),)
export HOME := $(CURDIR)/.asv/home
$(shell mkdir -p .asv/home)
endif

.PHONY: dashboard test setup machine measure validate publish serve lint format requirements clean

dashboard: measure publish
	@echo
	@echo "The site is in html/. To look at it: make serve"

setup: .venv/installed

# The last line but one is for machines without a writable /dev/shm: no_semaphores.py says why.
.venv/installed: requirements.txt requirements-node.txt
	@$(PYTHON) -c "import sys; sys.version_info < (3, 10) and sys.exit('Python 3.10 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)')"
	@echo "Installing the tools into .venv"
	@test -x $(python) || $(PYTHON) -m venv .venv
	@$(python) -m pip install -q --disable-pip-version-check -r requirements.txt
	@command -v npm >/dev/null || $(python) -m pip install -q --disable-pip-version-check -r requirements-node.txt
	@$(python) -c "import multiprocessing; multiprocessing.Lock()" 2>/dev/null || $(python) no_semaphores.py
	@touch $@

.venv/installed-test: .venv/installed requirements-test.txt
	@echo "Installing what the tests need into .venv (MLflow among it, some 850 MB)"
	@$(python) -m pip install -q --disable-pip-version-check -r requirements-test.txt
	@touch $@

# Measure the newest release. Exit status 2 means that a benchmark failed: the rest is worth
# publishing, and what failed was shown.
measure: machine
	$(asv) run --machine $(machine) --show-stderr || test $$? -eq 2

# asv asks who the machine is unless its file knows; the file systems are what the report adds.
file_system = $(firstword $(shell findmnt -no FSTYPE -T $(1) 2>/dev/null))
machine: setup
	@$(python) -c "from asv.machine import Machine, MachineCollection; MachineCollection.save('$(machine)', {**Machine.get_defaults(), 'machine': '$(machine)', 'file_system': '$(call file_system,.)', 'memory_file_system': '$(call file_system,/dev/shm)'})"

# Prove that the suite sees slowdowns and nothing else; docs/validation.md is written from it. What
# was measured before an interruption is used again.
validate: machine .venv/installed-test
	$(python) -m validation

publish: setup
	$(asv) publish

serve:
	@test -e html/index.html || { echo "There is no site yet: make dashboard (or make publish) first"; exit 1; }
	@echo "http://127.0.0.1:$(PORT)/ (Ctrl+C ends it)"
	@$(PYTHON) -m http.server --bind 127.0.0.1 --directory html $(PORT)

test: .venv/installed-test
	$(python) -m pytest

lint: .venv/installed-test
	$(python) -m ruff check
	$(python) -m ruff format --check

format: .venv/installed-test
	$(python) -m ruff check --fix
	$(python) -m ruff format

requirements:
	test -x $(python) || $(PYTHON) -m venv .venv
	$(python) -m pip install -q --disable-pip-version-check uv
	$(compile) --upgrade requirements-test.in -o requirements-test.txt
	$(compile) -c requirements-test.txt requirements.in -o requirements.txt
	$(compile) --upgrade requirements-node.in -o requirements-node.txt

clean:
	rm -rf .venv .asv html/* results/local
