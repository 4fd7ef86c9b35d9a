# Two commands to know: `make run` (compile the example fleet) and `make test`.
# Everything lives in .venv at the root of the clone; nothing else on the machine is touched.

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/pytest
K ?=
PYTEST_ARGS ?=
SELECT := $(if $(K),-k '$(K)') $(PYTEST_ARGS)
export PATH := $(CURDIR)/.tools/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup lock run test check golden oracle backends bench tools clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' Makefile

setup: .venv/.stamp ## .venv with velac and everything for development (no work when nothing changed)

.venv/.stamp: pyproject.toml requirements-dev.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q -r requirements-dev.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@# As pip does for what it installs: the first run need not compile, nor any where Python may not write.
	$(BIN)/python -m compileall -q src/velac $(addprefix src/velac/,compiler grammar passes backends)
	@touch $@

lock: ## renew requirements-dev.lock from pyproject.toml (newest versions)
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install -q '.[dev,speed]'
	build/lock/bin/pip freeze --all | grep -vE '^(velac|pip|setuptools)\b' > requirements-dev.lock

run: setup ## compile the example fleet into build/fleet and show what was written
	$(BIN)/velac build examples/fleet -o build/fleet
	@cd build/fleet && find . -type f | sort | sed 's|^\./||'

test: setup ## the quick suite; K=word selects, PYTEST_ARGS passes options on
	$(PYTEST) -m 'not slow' $(SELECT)

check: setup ## what a change must pass: ruff, mypy, import contracts, all tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) $(SELECT)

golden: setup ## rewrite the expected output of golden tests and the generated docs, then show what changed
	$(PYTEST) tests/golden --update -q $(SELECT)
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/builtins.py
	git --no-pager diff --stat -- tests/golden docs

oracle: setup ## compare with the real tools that are on this machine (see `make tools`)
	$(PYTEST) -m oracle $(SELECT)

backends: setup ## backend tests, those with the targets' own tools included
	$(PYTEST) -k 'backend' $(PYTEST_ARGS)

bench: setup ## benchmarks: suites, then whole cases beside other tools; FULL=1 for the real sizes
	@mkdir -p build
	$(PYTEST) benchmarks -o python_files='bench_*.py' -o python_functions='bench_*' -q \
	  --benchmark-only --benchmark-columns=median,iqr,rounds --benchmark-json=build/bench.json $(SELECT)
	$(BIN)/python -m benchmarks.run $(if $(FULL),--full) $(BENCH_ARGS)

# The real tools velac is compared with. One that is on the machine already is taken as it is.
TOOLS := cue=cuelang.org/go/cmd/cue@v0.14.1 \
         kustomize=sigs.k8s.io/kustomize/kustomize/v5@v5.6.0 \
         helm=helm.sh/helm/v3/cmd/helm@v3.17.3 \
         oras=oras.land/oras/cmd/oras@v1.2.3 \
         apiextensions-apiserver=k8s.io/apiextensions-apiserver@v0.33.4
tools: ## install the real cue, kustomize, helm, oras and an API server into .tools/bin (needs go), unless they are there
	@mkdir -p .tools/bin
	@set -e; for tool in $(TOOLS); do \
	  name=$${tool%%=*}; \
	  if command -v $$name >/dev/null; then echo "$$name: $$(command -v $$name)"; \
	  else echo "$$name: go install $${tool#*=}"; GOBIN=$(CURDIR)/.tools/bin go install $${tool#*=}; fi; \
	done

clean: ## remove what was built; .venv and .tools stay
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
