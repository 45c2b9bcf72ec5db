"""The settings of production, with a bare view beside the API: what the measured server runs on."""

from settings.production import *  # noqa: F403
from settings.production import STORAGES

ROOT_URLCONF = "bench.addresses"
# Nothing was collected.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
