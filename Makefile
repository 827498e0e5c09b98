# Two commands do all: `make demo` sets up and runs the main job, `make test` sets up and tests.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check

.PHONY: demo test lint types layers pytest bench clean

demo: $(VENV)/.demo
	$(BIN)/modelkeep demo "demo/$$(date +%Y%m%d-%H%M%S)"

test: lint types layers pytest

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

layers: $(VENV)/.test
	$(BIN)/lint-imports

pytest: $(VENV)/.test
	@{ command -v strace && command -v bwrap; } >/dev/null \
	  || { apt-get update && apt-get install -y strace bubblewrap; } \
	  || { echo "the tests need strace and bubblewrap: install them"; exit 1; }
	$(BIN)/pytest --numprocesses auto --dist worksteal

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(VENV)/bin/pip pyproject.toml
	$(PIP) --editable '.[demo]'
	touch $@

$(VENV)/.test: $(VENV)/bin/pip pyproject.toml legacy/pyproject.toml
	$(PIP) --editable '.[test]'
	$(PIP) --editable ./legacy
	touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
