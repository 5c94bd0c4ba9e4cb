# `make run` and `make test` work from a fresh clone with only Python 3.11 or newer and make.
# Stamps in .venv keep repeated runs quick: an install is repeated only when its inputs changed.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
HOST ?= 127.0.0.1
PORT ?= 8000

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
NPM := $(BIN)/python hatch_build.py npm
STATIC := src/cytovox/app/static/index.html
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)
INSTALL_INPUTS := pyproject.toml hatch_build.py $(WEB_SOURCES) $(if $(wildcard $(STATIC)),,force)
LINTED := src tests benchmarks hatch_build.py

.PHONY: help run test lint test-python test-web models bench clean force
.DEFAULT_GOAL := help

help:
	@echo "make run     install and start the application on http://$(HOST):$(PORT), with a sample smear"
	@echo "make test    install everything and run every check and test"
	@echo "make lint    ruff, mypy, eslint and tsc only"
	@echo "make models  retrain the shipped models (CYTOVOX_DATA names the data folder)"
	@echo "make bench   side-by-side measurements"
	@echo "make clean   remove what was built and installed here"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Cytovox needs Python 3.11 or newer; set PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.installed: $(INSTALL_INPUTS) | $(BIN)/python
	$(PIP) install --quiet --editable .
	@touch $@

.venv/.installed-test: $(INSTALL_INPUTS) | $(BIN)/python
	$(PIP) install --quiet --editable '.[dev,train]'
	@node_wheel="$$($(BIN)/python hatch_build.py needs-node)"; test -z "$$node_wheel" || $(PIP) install --quiet "$$node_wheel"
	@touch $@ .venv/.installed

web/node_modules/.package-lock.json: web/package-lock.json | .venv/.installed-test
	$(NPM) ci --no-audit --no-fund

run: .venv/.installed
	$(BIN)/cytovox serve --host $(HOST) --port $(PORT)

test: lint test-python test-web

lint: .venv/.installed-test web/node_modules/.package-lock.json
	$(BIN)/ruff check $(LINTED)
	$(BIN)/ruff format --check $(LINTED)
	$(BIN)/mypy
	$(NPM) run lint
	$(NPM) run typecheck

test-python: .venv/.installed-test
	$(BIN)/python -m pytest

test-web: .venv/.installed-test web/node_modules/.package-lock.json
	$(NPM) run test

# In this order: the finder's composed fields are cut out by white_cells, malaria's red cells are found by the
# finder, and each classifier starts from the one that is installed (the marrow one from the new blood one).
install_bundle = mkdir -p src/cytovox/bundles/$(1) && cp runs/$(1)/bundle/* src/cytovox/bundles/$(1)/

models: export CYTOVOX_DATA ?= $(abspath ../shared/data)
models: .venv/.installed-test
	$(BIN)/cytovox train white-cells --output runs/white_cells
	$(call install_bundle,white_cells)
	$(BIN)/cytovox train finder --output runs/finder
	$(call install_bundle,finder)
	$(BIN)/cytovox train malaria --output runs/malaria
	$(call install_bundle,malaria)
	$(BIN)/cytovox train organs --output runs/organs --cross-validate
	cp -r runs/organs/bundles/. src/cytovox/bundles/
	$(BIN)/cytovox train classifier --recipe blood --output runs/blood
	$(call install_bundle,blood)
	$(BIN)/cytovox train classifier --recipe marrow --output runs/marrow
	$(call install_bundle,marrow)

bench: .venv/.installed-test
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv web/node_modules web/dist src/cytovox/app/static .mypy_cache .ruff_cache .pytest_cache .hypothesis
