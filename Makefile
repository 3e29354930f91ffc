# fleetscan: the front door. `make demo` shows it, `make test` proves it; both set up all they need in .venv.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate
PYTEST := $(BIN)/pytest -n 2 --dist loadfile
TESTS ?= tests
WHEEL := build/wheel

.DEFAULT_GOAL := help
.PHONY: help demo test check pytest hunt wheel-test format docs screenshots lock clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

demo: $(VENV)/.demo ## start the pretend fleet, scan it over real WinRM and SMB as of two nights, write and name the report
	@$(BIN)/fleetscan demo --night-before --out demo

test: $(VENV)/.test ## everything that must hold: check, all tests with coverage, all tests against the wheel
	@$(MAKE) --no-print-directory check pytest wheel-test

check: $(VENV)/.test ## format, lint, types, layers, generated docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cog --check -I . README.md docs/*.md

pytest: $(VENV)/.test ## all tests (or TESTS=path) with branch coverage
	$(PYTEST) --cov --cov-report=term $(TESTS)

hunt: $(VENV)/.test ## all property tests, with thousands of new examples each
	$(PYTEST) -m hypothesis --hypothesis-profile=hunt $(TESTS)

wheel-test: $(VENV)/.test ## the same tests against the built wheel, from a folder that has no source
	rm -rf build/wheel build/wheel-tests dist && mkdir -p build/wheel-tests
	$(BIN)/python -m build --wheel --no-isolation --outdir dist . >build/wheel.log 2>&1 || { cat build/wheel.log; exit 1; }
	$(PIP) --no-deps --target $(WHEEL) dist/*.whl
	cp -R tests docs inventory pyproject.toml build/wheel-tests/
	cd build/wheel-tests && PYTHONPATH=$(CURDIR)/$(WHEEL) FLEETSCAN_UNDER_TEST=$(CURDIR)/$(WHEEL) \
		$(CURDIR)/$(BIN)/pytest -n 2 --dist loadfile --ignore=tests/repository tests

format: $(VENV)/.test ## rewrite the code as ruff wants it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.test ## regenerate what is generated: help texts, catalogues, schemas
	$(BIN)/cog -r -I . README.md docs/*.md
	$(BIN)/fleetscan inventory schema > inventory/fleetscan-inventory.schema.json
	$(BIN)/fleetscan inventory schema credentials > inventory/fleetscan-credentials.schema.json
	$(BIN)/fleetscan rules docs > docs/rules.md
	$(BIN)/python -c 'from fleetscan.transport.winrm.script import role_capability; print(role_capability(), end="")' \
		> fleetscan/transport/winrm/jea/FleetScan/RoleCapabilities/FleetScan.psrc

screenshots: $(VENV)/.test ## take the pictures of the docs from the demo's report
	$(BIN)/fleetscan demo --night-before --out build/screenshots >/dev/null
	$(BIN)/python docs/screenshots.py build/screenshots/latest/report.html docs/images

lock: $(VENV)/.test ## resolve all dependencies again into requirements/*.lock
	$(LOCK) --group pyproject.toml:build -o requirements/build.lock
	$(LOCK) pyproject.toml --extra lab -c requirements/build.lock -o requirements/demo.lock
	$(LOCK) pyproject.toml --extra lab --extra kerberos --group pyproject.toml:dev \
		-c requirements/demo.lock -c requirements/build.lock -o requirements/test.lock

clean: ## remove what these targets made
	rm -rf $(VENV) build dist demo .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "fleetscan needs Python 3.11 or newer; none was found on the PATH" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.demo: requirements/build.lock requirements/demo.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing fleetscan into $(VENV) ..."
	@$(PIP) --require-hashes -r requirements/build.lock
	@$(PIP) --require-hashes -r requirements/demo.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements/test.lock tests/setup-debian.sh $(VENV)/.demo
	@sh tests/setup-debian.sh
	@echo "Installing the test tools into $(VENV) (compiles two Kerberos packages the first time) ..."
	@$(PIP) --no-build-isolation --require-hashes -r requirements/test.lock
	@touch $@
