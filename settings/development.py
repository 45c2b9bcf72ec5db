"""The embedded mode: one process, nothing to install, everything under `var/`."""

import os

from django.core.management.utils import get_random_secret_key

from settings import directory
from settings.base import *  # noqa: F403
from settings.base import VAR

VAR.mkdir(parents=True, exist_ok=True)

DEBUG = os.environ.get("TACITE_DEBUG") == "1"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]


def secret_key() -> str:
    """Return this folder's own key, made on first use: a key in the source would be no secret."""
    file = VAR / "secret_key"
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(get_random_secret_key())
    except FileExistsError:
        pass
    return file.read_text()


SECRET_KEY = secret_key()

TACITE_DEMONSTRATION = True
# Offered, not demanded: its passwords are public, and whoever tries it has no telephone at hand.
TACITE_SECOND_FACTOR_DEMANDED = False
# Security keys work on the loopback, where there is no TLS.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
TACITE_DEMONSTRATION_CLOCK = VAR / "demonstration_clock"
# The demonstration opens accounts by itself.
TACITE_THIRD_PARTIES_REGISTER = directory.third_parties_register(default="elsewhere")
TACITE_DIRECTORY = directory.chosen(default="embedded")

EMAIL_BACKEND = "notifications.mail_files.MailFiles"
EMAIL_FILE_PATH = VAR / "mail"
