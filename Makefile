# Everything here needs Python 3.11 or later and make, and sets up the rest by itself.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
DEV    := $(VENV)/.ready-dev
SPARK  ?=
THOROUGH ?=
SPARKY := $(VENV)/.ready-spark
TOOLS  := $(if $(SPARK),$(SPARKY),$(DEV))

.DEFAULT_GOAL := help

.PHONY: help tools demo test lint mutants torture bench example readme wheel clean

help:  ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

tools: $(TOOLS)  ## set up all that tests and linters need

demo: $(READY)  ## check the example plan and show the report
	@$(BIN)/footprint check data/south-yorkshire --fail-on never

test: $(TOOLS)  ## run the tests; with SPARK=1 those of Spark as well, with THOROUGH=1 all that are much alike
	$(if $(SPARK),FOOTPRINT_TEST_SPARK=1 )$(if $(THOROUGH),FOOTPRINT_TEST_THOROUGH=1 )$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(TOOLS)  ## run the linters and the type checker
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

mutants: $(DEV)  ## plant faults and count how many the tests find; ARGS="--sample 60 --seed 1"
	$(BIN)/python scripts/mutants.py $(ARGS)

torture: $(DEV)  ## damage files, kill runs, let them race; ARGS="--mutations 20000 --kills 1000"
	$(BIN)/python scripts/torture.py $(ARGS)

bench: $(DEV)  ## measure speed and memory, side by side with geopandas and DuckDB
	$(BIN)/python scripts/bench.py

example: $(DEV)  ## build data/south-yorkshire anew
	$(BIN)/python scripts/build_example.py

readme: $(DEV)  ## bring README and guide up to date with the program
	$(BIN)/python scripts/readme.py

wheel: $(READY)  ## build a wheel into dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or later is needed: make PYTHON=python3.11" && false)
	$(PYTHON) -m venv $(VENV)

# Each takes all that it needs in one step, so that whoever wants the last need not wait for the others.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable

$(READY): $(VENV)/bin/python pyproject.toml constraints.txt
	$(INSTALL) .
	@touch $@

$(DEV): $(VENV)/bin/python pyproject.toml constraints.txt
	$(INSTALL) '.[dev]'
	@touch $(READY) $@

$(SPARKY): $(VENV)/bin/python pyproject.toml constraints.txt
	$(INSTALL) '.[dev,spark-test]'
	@touch $(READY) $(DEV) $@
