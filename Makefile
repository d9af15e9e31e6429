# Everything that a person types. Each target sets up what it needs; a second time nothing is set up again.
# PYTHON: the Python to begin with (3.11 to 3.13). ARGS: passed on, such as `make demo ARGS=--exit`.
# STORY: which story `make demo` tells; `handslag demo --help` says more.

PYTHON ?= python3
ARGS ?=
STORY ?=
BIN := .venv/bin
READY := .venv/.ready

# The tests start hundreds of processes: each would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo start test torture check audit format bench docs clean

help: ## Show what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "Handslag needs Python 3.11 to 3.13; name one: make PYTHON=python3.11 …" >&2; exit 1; }
	@echo "Setting up .venv with the locked packages; this takes a minute or two, once."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## Watch a made-up patient's way (STORY: the pathway it is on; ARGS=--exit ends by itself)
	@$(BIN)/handslag demo $(if $(STORY),--story $(STORY)) $(ARGS)

start: $(READY) ## Run Handslag: Prefect server and worker, with the settings of the environment
	@$(BIN)/handslag start $(ARGS)

# Without ARGS all tests run, in two processes. The unit tests alone must cover what decides about patients to the last
# branch; the others, and what tries very much, run without being measured, which is up to three times faster.
ALL := -p tests.sharing --numprocesses 2 --no-loadscope-reorder
# Where the machine has 4 GB to spare in memory, what tests write lies there: then no commit waits for a disk.
IN_MEMORY := $(shell df -k --output=avail /dev/shm 2> /dev/null | awk 'NR == 2 && $$1 > 4000000 {print "/dev/shm"}')
test: export TMPDIR := $(or $(TMPDIR),$(IN_MEMORY),/tmp)
test: $(READY) ## Run all tests, with a real Prefect server, browser, SMTP, SQLite and PostgreSQL
ifeq ($(ARGS),)
	@$(BIN)/python -m pytest tests/unit -m "not exhaustive" $(ALL) --cov --cov-fail-under=100
	@$(BIN)/python -m pytest tests -m "exhaustive or not unit" $(ALL)
else
	@$(BIN)/python -m pytest $(ARGS)
endif

torture: $(READY) ## Kill, stop and cut off a whole Handslag for ten minutes, and look that it kept its promises
	@PYTHONPATH=tests $(BIN)/python -m acceptance.torture $(ARGS)

check: $(READY) ## Check format, lint, types, layers, definitions, docs and that no secret is in the files
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/handslag check
	@$(BIN)/python docs/generate.py --check
	@$(BIN)/python docs/translations.py --check
	@$(BIN)/python docs/scanning.py

# Not among the checks: it needs the network, and its answer changes without a change of ours.
audit: $(READY) ## Ask the package index for known weaknesses of the locked libraries
	@$(BIN)/python docs/auditing.py

format: $(READY) ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY) ## Measure how long people wait, and what waiting and looking costs; writes bench/out (ARGS=waiting: only that)
	@for what in $(or $(firstword $(ARGS)),latency waiting desk sealing); do \
	  $(BIN)/python -m bench.$$what $(wordlist 2,99,$(ARGS)) || exit; done

docs: $(READY) ## Write the generated pages of the reference and the catalogues of words anew
	@$(BIN)/python docs/generate.py
	@$(BIN)/python docs/translations.py

clean: ## Remove what make has set up, and the demonstration's data
	@rm -rf .venv .handslag
