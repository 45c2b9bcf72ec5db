"""Sweepers that are killed, in processes of their own, on the database of the test.

``python -m tests.workflows.sweep_process 100 2025-01-15`` forks two sweepers at a time and kills
them by SIGKILL at random moments, until a hundred have been killed before they were done. (On
SQLite one at a time: it has one writer.) It prints how many were, and how many subjects were still
due then.
"""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from random import Random
from threading import Event

import django
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
# Small, so that much is still due after the last kill, however fast the machine.
CHUNK = 2


def started(times: int, day: date) -> subprocess.Popen[str]:
    """Start this module in another process, on the database that the test is connected to."""
    from django.db import connection

    return subprocess.Popen(
        [sys.executable, "-m", "tests.workflows.sweep_process", str(times), day.isoformat()],
        cwd=ROOT,
        env=os.environ | {"TEST_DATABASE": str(connection.settings_dict["NAME"])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _forked_sweeper(day: date) -> int:
    """The number of a child process that sweeps, given once it has begun."""
    from workflows.sweep import sweep

    has_begun, begin = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            sweep(day, chunk=CHUNK, tell=lambda _: os.write(begin, b"."))
        finally:
            os._exit(0)
    os.close(begin)
    os.read(has_begun, 1)
    os.close(has_begun)
    return child


def _be_killed(times: int, day: date) -> int:
    from django.db import connection

    random = Random(times)
    at_once = 2 if connection.vendor == "postgresql" else 1
    killed = 0
    while killed < times:
        connection.close()  # Two processes cannot share one.
        children = [_forked_sweeper(day) for _ in range(at_once)]
        done = 0
        for child in children:
            Event().wait(random.uniform(0, 0.01))
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            killed += os.WIFSIGNALED(status)
            done += os.WIFEXITED(status)
        if done == at_once:
            break
    return killed


def _main(times: str, day: str) -> None:
    settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
    django.setup()

    from bench.followed import follow_each_step
    from contracts.models import Convention
    from workflows import clock

    until = date.fromisoformat(day)
    clock.install(lambda: clock.start_of_day(until))
    follow_each_step()
    killed = _be_killed(int(times), until)
    print(killed, Convention.objects.filter(next_change_on__lte=until).count())


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings.test"
    _main(*sys.argv[1:])
