# A stranger needs python3 (3.11 or newer), make and a package index; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check
GROUND := pyproject.toml constraints.txt

.DEFAULT_GOAL := run
MESSENGERS := telegram zalo_bot zalo_oa web web_plain
.PHONY: run install test messengers check bench soak clean

run: $(VENV)/.run
	$(BIN)/doithoai run

install: $(VENV)/.run

# The tests start the program dozens of times: what is compiled once is kept, whatever the environment says.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist worksteal

# What people say and are told, on each messenger in turn; what one lacks is named and left out there.
messengers: $(VENV)/.dev
	for each in $(MESSENGERS); do \
		echo "== $$each"; \
		$(BIN)/python -m pytest tests/handlers -n auto --dist worksteal --messenger $$each || exit 1; \
	done

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

soak: $(VENV)/.dev
	$(BIN)/python -m pytest -m soak

clean:
	rm -rf $(VENV) build dist *.egg-info

# setuptools is put in first, pinned, so that building this project downloads nothing that is not in constraints.txt.
$(VENV)/.base: $(GROUND)
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) found: install Python 3.11 or newer, or say make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is $$($(PYTHON) -V 2>&1); Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV) || \
		{ echo "$(PYTHON) cannot make a virtual environment (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }
	$(PIP) install --quiet -c constraints.txt setuptools
	@touch $@

$(VENV)/.run: $(VENV)/.base
	$(PIP) install --quiet --no-build-isolation -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	$(PIP) install --quiet --no-build-isolation -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.run
