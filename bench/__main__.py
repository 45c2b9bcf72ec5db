"""``python -m bench``: run every benchmark and print the figures, with the machine and the date."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import version

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.development")

import django

django.setup()

from bench import directory, documents, replay  # noqa: E402  # Django must be set up before the engine is imported.
from tests.services.postgresql import private_server  # noqa: E402
from workflows import clock  # noqa: E402

DURABLE = {"shared_buffers": "1GB", "max_wal_size": "8GB"}
"""A server that keeps what it commits, with the memory of a small machine; no more is tuned."""


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
    documents.main()
    print()
    directory.main()
    print(flush=True)
    with private_server(DURABLE) as postgresql:
        _run("bench.access", postgresql)
    with private_server(DURABLE) as postgresql:
        _run("bench.submitting", postgresql)
    with private_server(DURABLE) as postgresql:
        _run("bench.desk", postgresql)
    for measure in (
        "bench.reminding",
        "bench.mailing",
        "bench.confirming",
        "bench.year",
        "bench.calendars",
        "bench.campaign",
    ):
        with private_server(DURABLE) as postgresql:
            _run(measure, postgresql)
    _run("bench.imports", {"TACITE_DATABASE": "sqlite"})
    with private_server(DURABLE) as postgresql:
        _run("bench.imports", postgresql)
    _run("bench.sweep", {"TACITE_DATABASE": "sqlite"})
    with private_server(DURABLE) as postgresql:
        _run("bench.sweep", postgresql)


def _run(module: str, database: dict[str, str]) -> None:
    """In a process of its own, as the settings name the database when they are first read."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.test", **database}
    subprocess.run([sys.executable, "-m", module], env=environment, check=True)


if __name__ == "__main__":
    main()
