"""One sweeper of the benchmark, in a process of its own: ``python -m bench.sweeper 2025-01-01``.

It says when it is ready, waits for a line, sweeps, and tells what it did as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from datetime import date
from time import perf_counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.db import connection  # noqa: E402  # Django must be set up before its models.

from bench.followed import follow_each_step  # noqa: E402
from workflows import clock  # noqa: E402
from workflows.sweep import sweep  # noqa: E402


def main() -> None:
    """Sweep the day given, once told to."""
    day = date.fromisoformat(sys.argv[1])
    clock.install(lambda: clock.start_of_day(day))
    follow_each_step()
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    started = perf_counter()
    result = sweep(day)
    seconds = perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {"swept": result.swept, "set_aside": len(result.set_aside), "seconds": seconds}
    print(json.dumps(told | {"peak_kib": peak}), flush=True)


if __name__ == "__main__":
    main()
