# One command each on a fresh machine that has make and Python 3.11 or newer; .venv is made on the way.

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP_COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe \
	--strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help demo story test bench chaos planted lint check tables lock clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP) ## Start Ringback with a pretend Slack and pretend phone systems on this machine
	@$(BIN)/ringback demo

story: $(STAMP) ## Play the demo's story once in the terminal and end
	@$(BIN)/ringback demo --script

test: $(STAMP) ## Run the tests
	@$(BIN)/python -m pytest -q -n auto --dist worksteal

chaos: $(STAMP) ## Kill, stop and starve real processes under load for a minute (SIZE=long: a quarter of an hour; SEED=n: again)
	@PYTHONPATH=tests:. $(BIN)/python -m chaos.run --size $(or $(SIZE),quick) $(if $(SEED),--seed $(SEED))

planted: $(STAMP) ## Put known bugs into copies of the tree, one by one, and see that tests find each
	@PYTHONPATH=tests:. $(BIN)/python -m chaos.planted $(BUGS)

bench: $(STAMP) ## Measure speed, up to 10 minutes (BENCH_SIZE=short: one)
	@PYTHONPATH=tests $(BIN)/python -m bench

lint: $(STAMP) ## Check format, style, types and layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: lint test story chaos ## Everything that CI checks

tables: $(STAMP) ## Write the documents' tables and the manifest anew from the code
	@$(BIN)/python -m bot.demo.tables
	@$(BIN)/ringback manifest > manifest.yml

lock: $(STAMP) ## Write the lock files anew after a change in pyproject.toml (UPGRADE=--upgrade: newest versions)
	@$(PIP_COMPILE) --extra dev --build-deps-for editable --output-file requirements-dev.lock pyproject.toml
	@$(PIP_COMPILE) --build-deps-for wheel --constraint requirements-dev.lock --output-file requirements.lock pyproject.toml

clean: ## Remove .venv and everything that the tools left behind
	@rm -rf $(VENV) dist .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find bot webhooks storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements-dev.lock pyproject.toml
	@found=; \
	for python in $(or $(PYTHON),python3.11 python3.12 python3.13 python3.14 python3 python); do \
		if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
		then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo 'Ringback needs Python 3.11 or newer with its venv module, and none was found.' >&2; \
		echo 'Install it, or say where it is: make PYTHON=/path/to/python3.11' >&2; \
		exit 1; \
	fi; \
	echo "Preparing $(VENV) with $$found; this takes a minute, once."; \
	$(BIN)/python -c '' 2>/dev/null || $$found -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
