# Everything starts from a fresh clone with Python 3.11 or later and make; each target makes what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: help run sandbox check test lint bench migrate audit texts lock clean
.DEFAULT_GOAL := help

help:
	@echo "make sandbox   talk to the bot in your browser, no account needed (http://127.0.0.1:8000)"
	@echo "make run       run the bot with the settings of .env"
	@echo "make check     tell whether the bot could run: settings, token, keys, database"
	@echo "make test      lint, type check and the whole test suite"
	@echo "make bench     measure, each figure against a bound or a peer in the same run"

# The stamps hold what is installed, so that a second call starts at once. The locks name every package, so
# pip looks for no others: newer releases change nothing.
$(VENV)/.run: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the packages (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

sandbox: $(VENV)/.run
	@$(BIN)/python -m bot sandbox $(ARGS)

run: $(VENV)/.run
	@$(BIN)/python -m bot

check: $(VENV)/.run
	@$(BIN)/python -m bot check

migrate: $(VENV)/.run
	@$(BIN)/python -m bot migrate

audit: $(VENV)/.run
	@$(BIN)/python -m bot audit

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The floor holds for the whole suite; part of it covers less.
test: lint
	$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report=term $(if $(ARGS),$(ARGS),--cov-fail-under=95)

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks

texts: $(VENV)/.dev
	$(BIN)/python -m bot.texts.extract

# Needs uv; the locks carry hashes and no registry addresses.
lock:
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		pyproject.toml -o requirements.lock
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		-c requirements.lock --group dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
