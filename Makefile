# `make run` and `make test` set everything up themselves; a second start reaches the network for nothing.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CONFIG ?= configs/demo.yaml
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test check format bench train lock models clean
.DEFAULT_GOAL := run

run: $(VENV)/.run models ## start a room with the bot in it
	@exec $(BIN)/danmate serve -c $(CONFIG)

test: $(VENV)/.dev models ## every test that this machine can run
	$(BIN)/python -m pytest $(PYTEST)

check: $(VENV)/.dev ## format, lint, types, contracts, corpus
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m training.check_corpus
	$(BIN)/python -m bot.schema --check

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python -m bot.schema

bench: $(VENV)/.dev models ## the numbers in the README
	$(BIN)/danmate bench asr
	$(BIN)/danmate bench voice
	$(BIN)/danmate bench reply
	$(BIN)/danmate bench chat

train: $(VENV)/.train ## corpus to weights: hours on two cores; goes on where it stopped
	$(BIN)/python -m training

models: $(VENV)/.run
	@$(BIN)/danmate models fetch

# Each stamp is newer than the lock it was installed from.
$(VENV)/.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Danmate needs Python 3.11 or newer; try make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/.venv
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# No hashes: CPU builds of torch differ from platform to platform.
$(VENV)/.train: requirements/torch.txt $(VENV)/.dev
	$(PIP) install -r requirements/torch.txt
	@touch $@

lock: ## resolve the dependencies again
	$(PYTHON) -m venv $(VENV) && $(PIP) install uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra espeak pyproject.toml requirements/build.in -o requirements/run.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra espeak --group dev pyproject.toml requirements/build.in -o requirements/dev.txt

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
