# Every target builds .venv first when it is missing or older than what it is built from.
# Nothing is needed but python3 (3.11 or later, with venv) and make.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.built

.DEFAULT_GOAL := run
.PHONY: run test demo bench lint

run: $(STAMP)
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py load_demo
	$(BIN)/python manage.py serve --port $(PORT)

demo: $(STAMP)
	$(BIN)/python manage.py demo

bench: $(STAMP)
	$(BIN)/python -m bench

test: $(STAMP)
	$(BIN)/python -m tests.services.suite $(ARGS)

lint: $(STAMP)
	$(BIN)/python -m settings.lint

# For people: `make .venv`. The stamp is what the other targets depend on.
$(VENV): $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Tacite needs Python 3.11 or later; '$(PYTHON)' is older. Set PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo "'$(PYTHON)' cannot make a virtual environment: install the package python3-venv (Debian, Ubuntu) and try again." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check \
	    --constraint constraints.txt --editable '.[dev,postgres]'
	@touch $(STAMP)
