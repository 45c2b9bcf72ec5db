"""``python -m bench``: run every benchmark and print the figures, with the machine and the date."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")

import django

django.setup()

from bench import access, replay  # noqa: E402  # Django must be set up before the engine is imported.
from workflows import clock  # noqa: E402


def main() -> None:
    """Print where and when, then each benchmark."""
    print(f"{clock.today().isoformat()}, {os.cpu_count()} processors, {platform.machine()}")
    print(
        f"Python {platform.python_version()}, Django {version('django')}, "
        f"viewflow {version('django-viewflow')}"
    )
    print()
    replay.main()
    print()
    access.main()


if __name__ == "__main__":
    main()
