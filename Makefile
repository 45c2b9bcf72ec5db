# Every target builds .venv first when it is missing or older than what it is built from.
# Nothing is needed but python3 (3.11 or later, with venv) and make.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.built
TEMPLATES := $(wildcard */templates)
# Values of the right shape, so that the production settings can be checked from anywhere.
PRODUCTION = DJANGO_SETTINGS_MODULE=settings.production \
    TACITE_SECRET_KEY=$(shell $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))') \
    TACITE_ALLOWED_HOSTS=tacite.example TACITE_SOURCE_URL=https://tacite.example/source \
    TACITE_SITE_URL=https://tacite.example TACITE_MAIL_FROM=ne-pas-repondre@tacite.example \
    TACITE_SMTP_HOST=mail.example TACITE_DATABASE_NAME=tacite

.DEFAULT_GOAL := run
.PHONY: run test test-next demo bench lint samples screenshots

run: $(STAMP)
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py load_demo
	TACITE_SITE_URL=http://localhost:$(PORT) $(BIN)/python manage.py serve --port $(PORT)

demo: $(STAMP)
	$(BIN)/python manage.py demo

# Every document of every type, with made-up values: var/samples/index.html.
samples: $(STAMP)
	$(BIN)/python manage.py samples --out var/samples

bench: $(STAMP)
	$(BIN)/python -m bench

# The pictures of the guide and of the README, taken by the tests that go through those pages.
screenshots: $(STAMP)
	TACITE_GUIDE_PICTURES=$(CURDIR)/docs/guide/images $(BIN)/python -m pytest --quiet -n 0 \
	    tests/browser/test_journey.py tests/browser/test_guide_pictures.py \
	    tests/browser/test_campaigns.py -k "not without"

test: $(STAMP)
	$(BIN)/python -m tests.services.suite $(ARGS)

# On the next Django, where a Python 3.12 or later is at hand: ARGS="tests/desk" for some of it.
test-next: $(STAMP)
	$(BIN)/python -m tests.services.next_django $(ARGS)

# `check` also refuses django-fsm installed beside django-fsm-2 (access/checks.py).
lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet $(TEMPLATES)
	$(BIN)/python manage.py makemigrations --check --dry-run --settings settings.test
	$(BIN)/python manage.py check --fail-level WARNING --settings settings.test
	@echo "check --deploy, under the production settings"
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

# For people: `make .venv`. The stamp is what the other targets depend on.
$(VENV): $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Tacite needs Python 3.11 or later; '$(PYTHON)' is older. Set PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo "'$(PYTHON)' cannot make a virtual environment: install the package python3-venv (Debian, Ubuntu) and try again." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check \
	    --constraint constraints.txt --editable '.[dev,postgres,production,s3]'
	@touch $(STAMP)
