"""The simulated year of the tests, with 2,000 conventions (``TACITE_BENCH_YEAR`` for fewer).

A real mail server that refuses half of the time, nine days on which nothing runs, a worker killed
with mails in hand (on PostgreSQL a process; SQLite has one writer, which just stops); at the end,
each message that was required against those that the server took. Fails when one is missing,
superfluous, late, or went to somebody else.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from random import Random
from threading import Event
from time import perf_counter
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.db import connection  # noqa: E402  # Django must be set up first.
from django.test.utils import (  # noqa: E402
    setup_databases,
    teardown_databases,
)

from contracts.services.rulebooks import publish  # noqa: E402
from templates_conventions.catalogue import rulebook  # noqa: E402
from tests.notifications.simulated_year import (  # noqa: E402
    Mailbox,
    live,
    portfolio,
    report,
)
from tests.notifications.year_facts import facts  # noqa: E402
from tests.portfolio import YEARLY  # noqa: E402
from tests.services.mail_server import mail_server  # noqa: E402
from workflows import clock  # noqa: E402
from workflows.effects import unfinished  # noqa: E402
from workflows.models import Effect, EffectState  # noqa: E402

CONVENTIONS = 2_000
KILLED_AT = 3
"""Mails that the killed worker has handed over, or tried to."""


@dataclass
class Watched(Mailbox):
    """Says when it has seen some mails more."""

    awaited: int = 0
    seen: Event = field(default_factory=Event)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.awaited -= 1
        if self.awaited == 0:
            self.seen.set()
        return await super().handle_DATA(server, session, envelope)


def _kill_a_worker(mailbox: Watched, port: int, day: date) -> int:
    """Kill a process that delivers, at its third mail; return how many effects it had in hand.

    None on a day with fewer mails.
    """
    if unfinished().filter(next_attempt_at__lte=clock.system_time()).count() < KILLED_AT:
        return 0
    mailbox.awaited = KILLED_AT
    database = str(connection.settings_dict["NAME"])
    worker = subprocess.Popen(
        [sys.executable, "-m", "bench.reminder", "deliver", day.isoformat()],
        env={**os.environ, "TACITE_DATABASE_NAME": database, "BENCH_SMTP_PORT": str(port)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    worker.stdin.write("\n")
    worker.stdin.flush()
    assert mailbox.seen.wait(timeout=60)
    worker.kill()
    worker.wait()
    return Effect.objects.filter(state=EffectState.LEASED).count()


def main() -> None:
    """Print the report."""
    logging.disable(logging.WARNING)
    size = int(os.environ.get("TACITE_BENCH_YEAR", CONVENTIONS))
    databases = setup_databases(verbosity=0, interactive=False)
    started = perf_counter()
    try:
        publish(rulebook(YEARLY))
        of, mailbox = facts(size), Watched(Random(20240301))
        portfolio(of)
        with mail_server(mailbox) as port:
            own_process = connection.vendor == "postgresql"
            killing = partial(_kill_a_worker, mailbox, port) if own_process else None
            killed = live(of, mailbox, kill=killing)
        found = report(of, mailbox)
    finally:
        teardown_databases(databases, verbosity=0)
    print(f"A year of {size:,} conventions on {connection.vendor}")
    print(f"  lived in {perf_counter() - started:.0f} s; a worker was killed with {killed} mails")
    print(f"  required: {found.required:,}, in {found.mails:,} mails of several each")
    print(f"  refused by the server: {mailbox.refused:,}; taken again: {found.repeated:,}")
    for what, rows in (
        ("missing", found.missing),
        ("superfluous", found.superfluous),
        ("late", found.late),
        ("to somebody else", sorted(found.strangers)),
    ):
        print(f"  {what}: {len(rows)}{f', such as {rows[0]}' if rows else ''}")
    if not found.is_clean:
        sys.exit(1)


if __name__ == "__main__":
    main()
