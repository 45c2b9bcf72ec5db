"""Behind a TLS proxy, on PostgreSQL. Refuses to start when something essential is missing."""

from settings import environment
from settings.base import *  # noqa: F403
from settings.base import STORAGES, VAR

DEBUG = False
SECRET_KEY = environment.required(
    "TACITE_SECRET_KEY", "a long random secret, the same for every process of this site"
)
ALLOWED_HOSTS = environment.required_list(
    "TACITE_ALLOWED_HOSTS", "the host names of the site, separated by commas"
)
# The licence asks for it: users of the site must find the source of what they use.
TACITE_SOURCE_URL = environment.required(
    "TACITE_SOURCE_URL", "the address where the source of this very version can be had"
)
DATABASES = {"default": environment.postgresql()}

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
