"""A worker of the effects ledger in a process of its own, on the database of the test.

``python -m tests.workflows.effects_process work`` runs ``manage.py work``; ``jobs`` has
procrastinate run the jobs that wait. With ``die`` or ``die_in_job`` it does one effect, by itself
or as a job, and dies by SIGKILL between the handler's work and the commit. ``be_killed 100`` forks
two workers a hundred times and kills them at random moments.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import django
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
BRINGS_TO_STATE = "tests.brings_to_state"
ADDS_A_USER = "tests.adds_a_user"


def started(*doing: str) -> subprocess.Popen[str]:
    """Start this module in another process, on the database that the test is connected to."""
    from django.db import connection

    return subprocess.Popen(
        [sys.executable, "-m", "tests.workflows.effects_process", *doing],
        cwd=ROOT,
        env=os.environ | {"TEST_DATABASE": str(connection.settings_dict["NAME"])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def bring_to_state(payload: Mapping[str, Any], account: Path) -> None:
    """Bring an account outside the database to a state, and note in the database that it was."""
    from contracts.models import User

    content = {"state": payload["state"], "services": payload["services"]}
    account.write_text(json.dumps(content), encoding="utf-8")
    User.objects.create_user(f"compte-{User.objects.count()}@caisse.example")


def add_a_user(payload: Mapping[str, Any], context: object) -> None:
    """Add a row to the database, which refuses to hold it twice."""
    from contracts.models import User

    User.objects.bulk_create([User(email=f"effet-{payload['number']}@caisse.example")])


def _forked_worker() -> int:
    """The number of a child process that drains, given once it has begun."""
    from workflows.effect_worker import drain

    has_begun, begin = os.pipe()
    child = os.fork()
    if child == 0:
        drain(1)
        os.write(begin, b".")
        drain()
        os._exit(0)
    os.read(has_begun, 1)
    os.close(has_begun)
    os.close(begin)
    return child


def _leave_checkpoints(connection: Any, **_: object) -> None:
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA wal_autocheckpoint = 0")


def _be_killed(times: int) -> None:
    from django.db import connection
    from django.db.backends.signals import connection_created

    from workflows import clock, effects
    from workflows.models import Effect

    effects.handler(ADDS_A_USER)(add_a_user)
    # Two that write and checkpoint at once may spoil a file of SQLite before 3.51.3
    # (sqlite.org/wal.html#walresetbug); these do so all the time.
    connection_created.connect(_leave_checkpoints)
    random = Random(times)
    for _ in range(times):
        connection.close()  # Two processes cannot share one.
        children = [_forked_worker() for _ in range(2)]
        for child in children:
            Event().wait(random.uniform(0, 0.02))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        # As when five minutes have gone by.
        Effect.objects.filter(lease_until__isnull=False).update(lease_until=clock.system_time())


def _main(doing: str, *arguments: str) -> None:
    settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
    django.setup()

    from django.core.management import call_command

    from workflows import effects
    from workflows.effect_worker import drain

    if doing == "work":
        call_command("work")
        return

    if doing == "be_killed":
        _be_killed(int(arguments[0]))
        return

    @effects.handler(BRINGS_TO_STATE)
    def bring_or_die(payload: Mapping[str, Any], context: effects.EffectContext) -> None:
        bring_to_state(payload, Path(os.environ["TEST_ACCOUNT"]))
        if doing.startswith("die"):
            os.kill(os.getpid(), signal.SIGKILL)

    if doing in {"jobs", "die_in_job"}:
        call_command("procrastinate", "worker", "--one-shot")
    else:
        drain()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings.test"
    _main(*sys.argv[1:])
