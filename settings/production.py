"""Behind a TLS proxy, on PostgreSQL. Refuses to start when something essential is missing."""

import os

from settings import addresses, environment, known
from settings.base import *  # noqa: F403
from settings.base import BACKGROUND_JOBS, CACHES, INSTALLED_APPS, STORAGES, VAR

known.refuse_others()

DEBUG = False
SECRET_KEY = environment.required(
    "TACITE_SECRET_KEY", "a long random secret, the same for every process of this site"
)
ALLOWED_HOSTS = [
    addresses.host("TACITE_ALLOWED_HOSTS", name)
    for name in environment.required_list(
        "TACITE_ALLOWED_HOSTS", "the host names of the site, separated by commas"
    )
]
# The licence asks for it: users of the site must find the source of what they use.
TACITE_SOURCE_URL = addresses.page(
    "TACITE_SOURCE_URL",
    environment.required(
        "TACITE_SOURCE_URL", "the address where the source of this very version can be had"
    ),
)
environment.one_of("TACITE_DATABASE", ("postgresql",), "postgresql")
DATABASES = {"default": environment.postgresql()}
INSTALLED_APPS = [BACKGROUND_JOBS, *INSTALLED_APPS]
TACITE_SITE_URL = addresses.site(
    "TACITE_SITE_URL",
    environment.required(
        "TACITE_SITE_URL", "the address of the site, such as https://tacite.caisse.example"
    ),
    schemes=("https",),
)
DEFAULT_FROM_EMAIL = addresses.mail(
    "TACITE_MAIL_FROM",
    environment.required("TACITE_MAIL_FROM", "the address that mails are sent from"),
)
EMAIL_HOST = addresses.host(
    "TACITE_SMTP_HOST", environment.required("TACITE_SMTP_HOST", "the name of the mail server")
)
EMAIL_PORT = environment.whole_number("TACITE_SMTP_PORT", 587, "port", 65535)
EMAIL_HOST_USER = os.environ.get("TACITE_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("TACITE_SMTP_PASSWORD", "")
_TLS = environment.one_of("TACITE_SMTP_TLS", ("starttls", "tls", "none"), "starttls")
EMAIL_USE_TLS, EMAIL_USE_SSL = _TLS == "starttls", _TLS == "tls"

# Collected, compressed and named by their content: `manage.py collectstatic`.
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = False
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
}

CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# Browsers take a cookie of such a name only over TLS, for this host alone and the whole of it.
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrftoken"
# Processes count the tries to sign in together: `manage.py createcachetable` makes the table.
CACHES = CACHES | {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "tacite_cache",
    }
}
# The TLS proxy writes where the request came from; what stands before its word is anybody's.
ALLAUTH_TRUSTED_PROXY_COUNT = 1
