"""For the type checker: the engine alone, since it knows none of the other applications.

With their models in the build, the checker would read the engine in one circle with Django's own
users, and give up.
"""

from settings.test import *  # noqa: F403

INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "workflows"]
AUTH_USER_MODEL = "auth.User"
