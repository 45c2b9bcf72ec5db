"""What mails cost: 10,000 written from replayed lives and handed to a real server on the loopback.

By two workers of the effects ledger, each a process, on the PostgreSQL that the settings name.
``TACITE_BENCH_MAILS`` for fewer.
"""

from __future__ import annotations

import logging
import os
from datetime import date
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  # Django must be set up first.
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from bench.portfolio import Portfolio  # noqa: E402
from bench.reminding import GOAL, by_two  # noqa: E402
from contracts.models import Contact, Convention, Person  # noqa: E402
from notifications.models import Message, MessageState  # noqa: E402
from notifications.partner_reminder_mails import CourtesyReminder  # noqa: E402
from notifications.services import send  # noqa: E402
from tests.services.mail_server import mail_server  # noqa: E402
from workflows import clock  # noqa: E402

MAILS = 10_000
SIGNED, DAY, LIMIT = date(2024, 1, 15), date(2024, 9, 20), "2024-10-14"


class Sink:
    """Takes every mail, and counts those that are different."""

    def __init__(self) -> None:
        self.taken: set[bytes] = set()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        head = envelope.content.partition(b"\r\n\r\n")[0]
        [name] = [line for line in head.split(b"\r\n") if line.startswith(b"Message-ID:")]
        self.taken.add(name)
        return "250 OK"


def main() -> None:
    """Print the figures."""
    logging.disable(logging.WARNING)
    number = int(os.environ.get("TACITE_BENCH_MAILS", MAILS))
    databases = setup_databases(verbosity=0, interactive=False)
    sink = Sink()
    try:
        with clock.set_to(clock.start_of_day(SIGNED)):
            Portfolio().signed(SIGNED, number)
        with clock.set_to(clock.start_of_day(DAY)):
            _ask()
        with mail_server(sink) as port:
            seconds = by_two("deliver", DAY, BENCH_SMTP_PORT=str(port))
        assert len(sink.taken) == number == Message.objects.filter(state=MessageState.SENT).count()
        print(
            f"Mails on {connection.vendor}: {number:,} written and delivered in {seconds:.0f} s "
            f"(goal {GOAL} s for 10,000), {number / seconds:,.0f}/s"
        )
    finally:
        teardown_databases(databases, verbosity=0)


def _ask() -> None:
    """One reminder a convention, to the contact of its partner."""
    rows = list(Convention.objects.order_by("pk"))
    partners = sorted({row.partner_id for row in rows})
    people = Person.objects.bulk_create(
        Person(last_name="Mesure", email=f"mesure{partner}@essai.example") for partner in partners
    )
    contacts = dict(zip(partners, people, strict=True))
    Contact.objects.bulk_create(
        Contact(partner_id=partner, person=person, quality="Mesure", first_day=SIGNED)
        for partner, person in contacts.items()
    )
    with transaction.atomic():
        for convention in rows:
            send(
                CourtesyReminder.code,
                key=f"mesure:{convention.pk}",
                recipient_person=contacts[convention.partner_id],
                subject=convention,
                context={"caisse": convention.caisse_id, "on": LIMIT},
            )


if __name__ == "__main__":
    main()
