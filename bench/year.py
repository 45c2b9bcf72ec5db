"""The simulated year of the tests, with 2,000 conventions (``TACITE_BENCH_YEAR`` for fewer).

A real mail server that refuses half of the time, nine days on which nothing runs, a killed worker;
at the end, each message that was required against those that the server took. Fails when one is
missing, superfluous, late, or went to somebody else.
"""

from __future__ import annotations

import logging
import os
import sys
from random import Random
from time import perf_counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.db import connection  # noqa: E402  # Django must be set up first.
from django.test.utils import (  # noqa: E402
    override_settings,
    setup_databases,
    teardown_databases,
)

from contracts.services.rulebooks import publish  # noqa: E402
from templates_conventions.catalogue import rulebook  # noqa: E402
from tests.notifications.simulated_year import (  # noqa: E402
    Mailbox,
    facts,
    live,
    mail_server,
    portfolio,
    report,
)
from tests.portfolio import YEARLY  # noqa: E402

CONVENTIONS = 2_000


def main() -> None:
    """Print the report."""
    logging.disable(logging.WARNING)
    size = int(os.environ.get("TACITE_BENCH_YEAR", CONVENTIONS))
    databases = setup_databases(verbosity=0, interactive=False)
    started = perf_counter()
    try:
        publish(rulebook(YEARLY))
        of, mailbox = facts(size), Mailbox(Random(20240301))
        portfolio(of)
        with (
            mail_server(mailbox) as port,
            override_settings(
                EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
                EMAIL_HOST="127.0.0.1",
                EMAIL_PORT=port,
            ),
        ):
            killed = live(of, mailbox)
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
