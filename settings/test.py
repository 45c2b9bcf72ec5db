"""For the test suite. The database is SQLite, or PostgreSQL when TACITE_DATABASE says so."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path

from settings import environment
from settings.base import *  # noqa: F403
from settings.base import BACKGROUND_JOBS, INSTALLED_APPS, STORAGES

# One folder a process, so that parallel tests share no file; removed when the process ends.
_folder = tempfile.TemporaryDirectory(prefix="tacite-tests-")
VAR = Path(_folder.name)

DEBUG = False
SECRET_KEY = "only for tests: signs nothing that leaves them"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

DATABASES = {"default": environment.database(VAR / "tacite.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as tests of concurrency need several connections; never synchronised to the disk.
    # One that is named outlives the run, for --reuse-db.
    kept = os.environ.get("TACITE_TEST_DATABASE")
    DATABASES["default"]["TEST"] = {"NAME": Path(kept) if kept else VAR / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
else:
    INSTALLED_APPS = [BACKGROUND_JOBS, *INSTALLED_APPS]

TACITE_HEADS = VAR / "heads"
TACITE_HEAD_RECIPIENTS: list[str] = []
TACITE_TRUST_ROOTS = None
# The tests of single sign-on start their own provider.
TACITE_OIDC = None
# The tests of the antivirus name the daemon that they start.
TACITE_ANTIVIRUS = None
TACITE_DEMONSTRATION = True
# The tests that are about it demand it.
TACITE_SECOND_FACTOR_DEMANDED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# The tests of registers say otherwise in the settings of their caisse.
TACITE_THIRD_PARTIES_REGISTER = "elsewhere"
TACITE_DEMONSTRATION_CLOCK = VAR / "demonstration_clock"
# A test that moves the clock by years is still the same visit; those of the limits set their own.
TACITE_SESSION_IDLE = TACITE_SESSION_LONGEST = timedelta(days=36500)

# Hashing passwords slowly on purpose would only slow the tests down.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

STORAGES = STORAGES | {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "files"},
    },
    "evidence": {
        "BACKEND": "contracts.private_files.PrivateStorage",
        "OPTIONS": {"location": VAR / "evidence"},
    },
}
