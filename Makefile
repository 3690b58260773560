# `make demo` and `make test` are the whole set-up: each makes its own .venv and does its job.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
RUN    := .ci/requirements/run.txt
DEV    := .ci/requirements/dev.txt

.PHONY: demo fleet-demo test check servers soak yardsticks benchmarks bundle schemas requirements clean

demo: $(VENV)/.run
	$(BIN)/kim demo demo

# Three towns and two workers, on a PostgreSQL that is started for it, or that KIM_FLEET_DATABASE names.
fleet-demo: $(VENV)/.run
	$(BIN)/kim fleet demo fleet-demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not soak and not servers and not yardsticks"

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

servers: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist worksteal -m "servers and not soak" -rs

soak: $(VENV)/.dev
	KIM_SLICE=whole $(BIN)/python -m pytest -m soak -rs --timeout 7200

yardsticks: $(VENV)/.dev
	.ci/yardsticks $(BIN)/python
	KIM_NO_SKIP=1 $(BIN)/python -m pytest -n auto --dist loadfile -m yardsticks -rPs

benchmarks: $(VENV)/.dev
	for script in tests/benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

# For a machine without a network; PYTHONS="python3.11 python3.13" names the Pythons that it shall serve.
bundle: $(VENV)/.dev
	.ci/bundle

schemas: $(VENV)/.dev
	$(BIN)/kim check --schema config
	$(BIN)/python -c "from automations.cli.reference import settings_reference as made; print(made(), end='')" > docs/settings.md

requirements: $(VENV)/.dev
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --extra demo --extra fleet --extra google --extra papers --extra postgresql --group build -o $(RUN)
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --extra demo --extra fleet --extra google --extra papers --extra postgresql --group build --group dev -o $(DEV)
	echo 'cyclonedx-bom>=7' | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header - -o .ci/requirements/bundle.txt

clean:
	rm -rf $(VENV) demo fleet-demo

$(VENV)/.run: $(RUN) pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("kim needs Python 3.11 or newer; name it with: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(RUN)
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(DEV) $(VENV)/.run
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(DEV)
	touch $@
