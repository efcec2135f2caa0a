# make app: run the app. make test: pass the tests. make quick: those without a browser that are not marked slow.
# make kernels: pass the core's tests with the arithmetic of an older processor.
# make check: rules and format of the Python files; the types that the player's comments give, where node and npm are.
# All set up everything in .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
TYPESCRIPT := typescript@7.0.2

.PHONY: app test quick kernels check benchmark clean

app: $(READY)
	$(BIN)/streamlit run app.py

test: $(READY)
	@if command -v node >/dev/null; then node --test tests/player/*.test.mjs; \
	else echo "NOTE: node was not found; the player's own tests were left out."; fi
	$(BIN)/python -m pytest

quick: $(READY)
	$(BIN)/python -m pytest -m "not slow" tests/mixes tests/pages

kernels: $(READY)
	$(BIN)/python tests/older_kernels.py

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@if command -v node >/dev/null && command -v npm >/dev/null; then \
	npx --yes --package $(TYPESCRIPT) tsc -p tsconfig.json; \
	else echo "NOTE: node or npm was not found; the player's types were not checked."; fi

benchmark: $(READY)
	$(BIN)/python -m benchmarks.gmm
	$(BIN)/python -m benchmarks.annealing
	$(BIN)/python -m benchmarks.deep
	$(BIN)/python -m benchmarks.skew
	$(BIN)/python -m benchmarks.live_view
	$(BIN)/python -m benchmarks.compare_view
	$(BIN)/python -m benchmarks.visits
	$(BIN)/python -m benchmarks.room
	$(BIN)/python -m benchmarks.tune
	$(BIN)/python -m benchmarks.scale

$(READY): requirements.txt
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'mixes needs Python 3.11 or newer; call make PYTHON=python3.12, say')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $(READY)

clean:
	rm -rf $(VENV) .venv-onedal
