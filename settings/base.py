"""What every way of running shares."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.contrib.messages import constants as messages

from settings import addresses, antivirus, directory, environment, single_sign_on
from settings.api import *  # noqa: F403
from settings.signing_in import *  # noqa: F403

ROOT = Path(__file__).resolve().parent.parent
# All that the site writes when it runs from its folder: database, mail, evidence files.
VAR = Path(os.environ.get("TACITE_VAR", ROOT / "var"))
# One folder a type of convention, each with its rulebook.
TACITE_RULEBOOKS = ROOT / "templates_conventions"
# The user guide, one Markdown page a task, which the desk shows as its help.
TACITE_GUIDE = ROOT / "docs" / "guide"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    # The server of the API's tokens: its tables and its token address, no page of it.
    "allauth.idp.oidc",
    "axes",
    "captcha",
    "csp",
    "rules.apps.AutodiscoverRulesConfig",
    "viewflow.workflow",
    "workflows",
    "templates_conventions",
    "contracts",
    "access",
    "forms_annexes",
    "notifications",
    "desk",
    "ui",
]

# Background jobs (`workflows/jobs.py`), added where the database is PostgreSQL and workers run:
# `manage.py procrastinate worker`.
BACKGROUND_JOBS = "procrastinate.contrib.django"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}
# Seconds. A worker that starts does what was due in the last hour: so it sweeps at once.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 3600}

MIDDLEWARE = [
    # Asked by address, without TLS: before whatever would turn that away.
    "desk.health.middleware.HealthMiddleware",
    "ui.errors.RequestReferenceMiddleware",
    # Around all others, whose error pages a program could not read.
    "access.api.edge.ProblemsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before whatever asks what one may do.
    "desk.reading.ReadOnceMiddleware",
    # Before whatever asks who is there: a session that is over has nobody in it.
    "desk.signing_in.sessions.SessionLimitsMiddleware",
    # Every page asks for a user, except the views that say otherwise.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    # Then for the second factor of who must have one.
    "desk.second_factors.demanded.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Last, as it replaces the answer to who is locked out.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "settings.urls"
WSGI_APPLICATION = "settings.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context_processors.site",
                "desk.signing_in.context.session",
                "desk.demonstration.banner.demonstration",
                "desk.navigation.staff_pages",
                "notifications.notices.unread_notices",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {"default": environment.database(VAR / "tacite.sqlite3")}
# Counts the tries to sign in. Of this process alone, which is enough where there is but one.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "api_rates": API_RATES,  # noqa: F405
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "contracts.User"
AUTHENTICATION_BACKENDS = [
    # Refuses who is locked out before any password is looked at.
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    # Answers `has_perm` from the predicates of each package's `rules.py`.
    "rules.permissions.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "desk.passwords.strength.StrengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# The OpenID Connect provider by which the staff may sign in; None where there is none.
TACITE_OIDC = single_sign_on.chosen()

LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"

# Whether the demonstration may be loaded, and its logins shown: its passwords are public.
TACITE_DEMONSTRATION = False
# The file by which the demonstration's clock is moved; None where it cannot be.
TACITE_DEMONSTRATION_CLOCK: Path | None = None

# Whether the house sees to the registers that come before a directory worked by the machine
# ("here": a task for the empowered agents), for a caisse that has no setting of its own; or
# another service of the caisse does ("elsewhere").
TACITE_THIRD_PARTIES_REGISTER = directory.third_parties_register(default="here")

# Which directory holds the accounts of a caisse that has no setting of its own: "manual" (tasks
# for its empowered agents), "embedded" (a table of this database) or "ldap".
TACITE_DIRECTORY = directory.chosen(default="manual")
# The LDAP server; None where there is none.
TACITE_LDAP = directory.ldap_server(needed=TACITE_DIRECTORY == "ldap")

# The antivirus that looks into uploaded files before anybody may have them; None: there is none.
TACITE_ANTIVIRUS = antivirus.chosen()

# Who posts registered letters: a class (`contracts/registered_mail/port.py`), such as
# "contracts.registered_mail.file_drop.FileDrop"; empty: they leave by hand.
TACITE_LETTER_PROVIDER = os.environ.get("TACITE_LETTER_PROVIDER", "")
TACITE_LETTER_FOLDER = Path(os.environ.get("TACITE_LETTER_FOLDER", VAR / "recommandes"))

# The question asked of whoever lost a password: in words, so that a page read aloud asks it too.
CAPTCHA_CHALLENGE_FUNCT = "access.challenge.sum_in_words"
CAPTCHA_TIMEOUT = 15  # Minutes.

# How long a request made on line waits for its sender to prove the address, before it is deleted.
TACITE_PUBLIC_REQUEST_DAYS = environment.whole_number("TACITE_PUBLIC_REQUEST_DAYS", 7, "days", 365)

# How the site is reached from outside: the links of its mails begin with it.
TACITE_SITE_URL = addresses.site(
    "TACITE_SITE_URL", os.environ.get("TACITE_SITE_URL", "http://localhost:8000")
)

# A run that would end more conventions, or close more accounts, waits for a person: more than the
# number, or more than the percentage of all, which does not matter up to the floor.
TACITE_BREAKER_NUMBER = environment.whole_number("TACITE_BREAKER_NUMBER", 500, "cases")
TACITE_BREAKER_PERCENT = environment.whole_number("TACITE_BREAKER_PERCENT", 5, "per cent", 100)
TACITE_BREAKER_FLOOR = environment.whole_number("TACITE_BREAKER_FLOOR", 20, "cases")

# The look of the DOCX files: a file whose styles somebody edited; without it, the house's own.
TACITE_DOCX_REFERENCE = os.environ.get("TACITE_DOCX_REFERENCE", "")

# Where the daily head of the journals is published: a file a day, to be kept elsewhere.
TACITE_HEADS = Path(os.environ.get("TACITE_HEADS", VAR / "heads"))
# The auditors whom it is mailed to, by their addresses; nobody unless told.
TACITE_HEAD_RECIPIENTS = [
    addresses.mail("TACITE_HEAD_RECIPIENTS", one)
    for one in environment.optional_list("TACITE_HEAD_RECIPIENTS")
]

# The authorities whose certificates this site trusts: a folder of PEM or DER files.
TACITE_TRUST_ROOTS = environment.optional_folder("TACITE_TRUST_ROOTS")

DEFAULT_FROM_EMAIL = addresses.mail(
    "TACITE_MAIL_FROM",
    os.environ.get("TACITE_MAIL_FROM", "Tacite <ne-pas-repondre@tacite.example>"),
)
# Where mail servers say that a mail did not arrive; empty: the address that mails are sent from.
TACITE_BOUNCES_TO = os.environ.get("TACITE_BOUNCES_TO", "").strip()
# The folder, or Maildir, in which what arrives there is put to be read; None where there is none.
TACITE_BOUNCES_FOLDER = environment.optional_folder("TACITE_BOUNCES_FOLDER")
EMAIL_BACKEND = "notifications.kept_connection.KeptConnection"
# Seconds. A mail server that does not answer must not hold a page.
EMAIL_TIMEOUT = 10

LANGUAGE_CODE = "fr"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# A form may name two hundred persons, nine answers each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

STATIC_URL = "static/"
# Straight from the packages: no collecting step before the first page.
WHITENOISE_USE_FINDERS = True
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "files"},
    },
    # Evidence has no address of its own: a view that knows who asks gives it out.
    "evidence": environment.evidence_storage(VAR / "evidence"),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# The meanings that ui draws.
MESSAGE_TAGS = {
    messages.DEBUG: "neutral",
    messages.INFO: "neutral",
    messages.SUCCESS: "in_force",
    messages.WARNING: "attention",
    messages.ERROR: "attention",
}

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "ui.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # Bootstrap draws its arrows and ticks as inline images.
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# The licence gives every user of the site a right to its source: the footer links to it.
TACITE_SOURCE_URL = os.environ.get("TACITE_SOURCE_URL", "")

# Personal data stays out of the logs: no query string, no body, no value in a traceback.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"reference": {"()": "ui.errors.ReferenceFilter"}},
    "formatters": {
        "line": {
            "()": "ui.logs.DiscreetFormatter",
            "format": "{asctime} {levelname} {name} [{reference}] {message}",
            "style": "{",
        },
        "json": {
            "()": "ui.logs.DiscreetJsonFormatter",
            "format": "{asctime}{levelname}{name}{reference}{message}",
            "style": "{",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
            "json_ensure_ascii": False,
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["reference"],
            "formatter": environment.one_of("TACITE_LOGS", ("line", "json"), "line"),
        },
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Replaces Django's own handlers, one of which mails whole requests.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # Lock-outs, not each start and each sign-in.
        "axes": {"level": "WARNING"},
        # It would name each security key that is added.
        "fido2": {"level": "WARNING"},
        # Each start of each command.
        "pikepdf": {"level": "WARNING"},
    },
}
