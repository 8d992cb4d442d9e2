# What a newcomer types: make demo, make test, make check. Each sets up what it needs, and is quick the second time.
.POSIX:
.SUFFIXES:

PYTHON = python3
VENV = .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
DEMO_HOME = demo-home

.PHONY: help demo test quality faults bench check format docs lock clean

help:
	@echo "make demo    replay spring 2017 on this machine: the whole product in half a minute"
	@echo "make test    every test, offline; make quality: how well changes are told apart from noise, by class"
	@echo "make faults  what may go wrong, rehearsed with counts; make bench: every figure beside its target"
	@echo "make check   style, types, import rules, and whether the docs are true; rewrites nothing"
	@echo "make format  let ruff rewrite; make docs: write the reference pages anew; make lock: new versions"

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "On Notice needs Python 3.11 or newer as $(PYTHON): install it, or run make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv) and run make again"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock || \
		{ echo "The packages in requirements.lock could not be installed: is a package registry reachable?"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q onnotice scrapers alerts storage monitor
	@touch $(READY)

demo: $(READY)
	@$(BIN)/onnotice demo --home $(DEMO_HOME)

test: $(READY)
	@$(BIN)/python tests/browser.py
	@$(BIN)/python -m pytest -n auto

quality: $(READY)
	@$(BIN)/python tests/quality/run.py

faults: $(READY)
	@$(BIN)/python tests/faults/run.py
	@$(BIN)/python tests/faults/two_weeks.py

bench: $(READY)
	@$(BIN)/python benchmarks/bench.py $${QUICK:+--quick}

check: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python docs/generate.py --check
	@$(BIN)/python tests/audit.py

format: $(READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(READY)
	@$(BIN)/python docs/generate.py

lock: $(READY)
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --upgrade --extra apprise --extra dev --extra parquet --extra render --extra timestamp --extra web --python-version 3.11 --no-header pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) $(DEMO_HOME) .mypy_cache .ruff_cache .pytest_cache build dist
