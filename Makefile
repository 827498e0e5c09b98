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

# What the tests of the system run beside: tracing, isolation, a browser, a database.
PROGRAMS := strace bwrap chromium
SERVICES := tests/integration/test_versions.py tests/integration/test_deployments.py \
  tests/integration/test_batches.py tests/integration/test_sharing.py tests/tracking/test_tracker.py \
  tests/tracking/test_tracker_labels.py tests/tracking/test_alert_service.py \
  tests/concurrency/test_deploys.py tests/concurrency/test_linearizable.py

pytest: $(VENV)/.test
	@{ for each in $(PROGRAMS); do command -v $$each || exit 1; done; ls -d /usr/lib/postgresql/*/bin; } \
	  >/dev/null 2>&1 \
	  || { apt-get update \
	    && DEBIAN_FRONTEND=noninteractive apt-get install -y strace bubblewrap chromium postgresql; } \
	  || { echo "the tests need strace, bubblewrap, chromium and postgresql: install them"; exit 1; }
	$(BIN)/pytest --numprocesses auto --dist worksteal
	$(BIN)/pytest --numprocesses auto --backends postgresql-local $(SERVICES)
	$(BIN)/pytest --backends sqlite-s3 tests/integration/test_versions.py
	$(BIN)/pytest --backends postgresql-s3 $(SERVICES)

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
