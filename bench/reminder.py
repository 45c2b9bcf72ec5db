"""One worker of the benchmarks of reminders: ``python -m bench.reminder remind 2026-11-22``.

It says when it is ready, waits for a line, does the work of the day (``remind``) or delivers what
waits (``deliver``), and tells how much as JSON.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.db import connection  # noqa: E402  # Django must be set up before its models.
from django.test.utils import override_settings  # noqa: E402

from notifications.reminders import remind  # noqa: E402
from workflows import clock  # noqa: E402
from workflows.effect_worker import drain  # noqa: E402


def main() -> None:
    """Do the work given, once told to."""
    logging.disable(logging.WARNING)
    work, day = sys.argv[1], date.fromisoformat(sys.argv[2])
    clock.install(lambda: clock.start_of_day(day))
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    if work == "remind":
        number = remind(day)
    else:
        with override_settings(
            EMAIL_BACKEND="notifications.kept_connection.KeptConnection",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=int(os.environ["BENCH_SMTP_PORT"]),
        ):
            number = drain().tried
    print(json.dumps({"number": number}), flush=True)


if __name__ == "__main__":
    main()
