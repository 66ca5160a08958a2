# `make demo` and `make test` need Python 3.11+ and make. The environment is made once, with uv where
# it is installed and with venv and pip elsewhere: from requirements.lock what running needs, from
# tests/requirements.lock what tests and checks need, from docs/requirements.lock what the site needs.
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$p && break; done)

.PHONY: demo test test-fast check format lint types imports docs lock clean

# DEMO=--web serves the page over its corpus at the end.
demo: $(VENV)/.ready
	$(BIN)/drawdown demo $(DEMO)

# Everything; TESTS="-n 2 --random-order" runs it in two processes and in random order.
test: $(VENV)/.test
	$(BIN)/pytest $(TESTS)

# The unit lane, for each save: no daemons, no other processes.
test-fast: $(VENV)/.test
	$(BIN)/pytest -m "not slow" $(TESTS)

check: lint types imports test

format: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.test
	$(BIN)/mypy

imports: $(VENV)/.test
	$(BIN)/lint-imports

# The documentation as a site with search: docs/_build/html/index.html
docs: $(VENV)/.docs
	$(BIN)/sphinx-build --quiet --fail-on-warning --builder dirhtml docs docs/_build/html

# Pins with hashes for every platform, without the address of any index.
EXPORT := uv export --quiet --frozen --no-emit-project --no-annotate --no-header --output-file
lock:
	uv lock --quiet --upgrade
	$(EXPORT) requirements.lock --no-default-groups --group build --extra speed
	$(EXPORT) tests/requirements.lock --all-extras --group dev
	$(EXPORT) docs/requirements.lock --only-group docs

# What installs pins into the environment: $(call install,FILE)
ifneq ($(shell command -v uv 2>/dev/null),)
make_environment = uv venv --quiet --allow-existing --python "$(PYTHON)" $(VENV)
install = uv pip install --quiet --python $(BIN)/python
else
make_environment = $(PYTHON) -m venv $(VENV)
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

$(VENV)/.ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: install it, or call make PYTHON=/path/to/python"; exit 1; }
	@$(make_environment)
	@$(install) --require-hashes -r requirements.lock
	@$(install) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.ready tests/requirements.lock
	@$(install) --require-hashes -r tests/requirements.lock
	@touch $@

$(VENV)/.docs: $(VENV)/.ready docs/requirements.lock
	@$(install) --require-hashes -r docs/requirements.lock
	@touch $@

clean:
	rm -rf $(VENV) docs/_build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
