# Each target sets up what it needs in .venv; nothing has to be installed first but Python 3.11 or newer.
# Another Python: make PYTHON=/path/to/python3. More of pytest: make test PYTEST="-x -k segmind".

PY := .venv/bin/python
PYTEST ?=
RUNTIME := .venv/.runtime-installed
DEV := .venv/.dev-installed

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint types generate check-generated golden matrix sdk-matrix strength seeded bench vendor-proof live watch constraints ci clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' Makefile

demo: $(RUNTIME) ## Check, generate, emulate, call both providers, save real video files
	@$(PY) -m callsheet demo

test: $(DEV) ## Run all tests, on every processor (PYTEST="-n0 --pdb" for one at a time)
	@$(PY) -m pytest -q -n auto --maxprocesses 4 --dist worksteal $(PYTEST)

lint: $(DEV) ## Check style, formatting and the layers
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet || { echo "not formatted as ruff would; run: .venv/bin/ruff format" >&2; exit 1; }
	@PYTHONPATH=generator:generated .venv/bin/lint-imports --no-logo || exit 1
	@echo "lint: fine"

types: $(DEV) ## Check types with mypy and basedpyright, both strict
	@$(PY) -m mypy; mypy=$$?; .venv/bin/basedpyright; pyright=$$?; .ci/types-httpx2 && exit $$((mypy + pyright))

generate: $(RUNTIME) ## Write generated/ anew from specs/
	@$(PY) -m callsheet generate

check-generated: $(RUNTIME) ## Fail if specs/ have open places, or generated/ differs from what they give now
	@$(PY) -m callsheet check --strict
	@$(PY) -m callsheet generate --check

golden: $(DEV) ## Accept what is made now as expected (look at the diff before you commit it)
	@CALLSHEET_GOLDEN=1 $(PY) -m pytest -q tests

matrix: $(DEV) ## Run the laws over every cell of protocol, phase and fault (make test takes a quarter)
	@CALLSHEET_MATRIX=full $(PY) -m pytest -q contract_tests/test_matrix.py $(PYTEST)

sdk-matrix: $(DEV) ## Measure the providers' own clients in the matrix, for docs/robustness.md
	@$(PY) contract_tests/sdk/matrix.py

bench: $(DEV) ## Measure overhead, import, generation and validation; SCALE=1 for 1,000 models
	@SCALE=$(SCALE) $(PY) tests/bench/run.py

strength: $(DEV) ## Change specs, clients and runtime, slip by slip, and see what notices (SLIPS=200 SEED=1)
	@$(PY) -m callsheet test --strength; specs=$$?; $(PY) tests/strength/run.py --sample $(or $(SLIPS),200) --seed $(or $(SEED),1) && exit $$specs

seeded: $(DEV) ## Put fifty bugs into vendored clients: the contract tests name each (make test takes a sixth)
	@CALLSHEET_SEEDED=all $(PY) -m pytest -q tests/strength/test_seeded_bugs.py

vendor-proof: $(DEV) ## Try vendored clients on the lowest versions that they name (needs a package index)
	@CALLSHEET_VENDOR_PROOF=1 $(PY) -m pytest -q tests/vendor/test_lowest.py $(PYTEST)

live: $(RUNTIME) ## Hold a spec against the provider, with its key and money: PROVIDER=segmind MAX_USD=2 [MODEL= BOUND=]
	@$(PY) -m callsheet live $(if $(MODEL),$(PROVIDER)/$(MODEL),$(PROVIDER)) $(if $(MAX_USD),--max-usd $(MAX_USD)) $(if $(BOUND),--bound $(BOUND)) $(LIVE)

watch: $(RUNTIME) ## Compare the providers' pages with the specs: fetched, or PAGES=folder; writes drift.html
	@$(PY) -m callsheet drift $(if $(PAGES),--pages $(PAGES),--fetch) --baseline .ci/drift-baseline.yaml --format html --out drift.html $(DRIFT)

constraints: ## Pin the newest versions anew, from a clean environment
	@.ci/pin

ci: ## What CI runs, no more and no less
	@.ci/run

clean: ## Remove the environment, caches and what the demo made
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist demo-output
	@find generator generated tests contract_tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A developer's environment serves the other targets, too.
$(RUNTIME): pyproject.toml .ci/constraints.txt .ci/install
	@PYTHON="$(PYTHON)" .ci/install runtime
	@touch $@

$(DEV): pyproject.toml .ci/constraints.txt .ci/install contract_tests/sdk/package-lock.json
	@PYTHON="$(PYTHON)" .ci/install dev
	@touch $@ $(RUNTIME)
