"""What confirming costs: one day on which 10,000 conventions are renewed, by one worker.

Each partner has one convention and one person to write to, the dearest case: no mail says two
things. Deciding and storing are timed; sending is ``bench/mailing.py``. ``TACITE_BENCH_RENEWALS``
for fewer.
"""

from __future__ import annotations

import logging
import os
from datetime import date
from time import perf_counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")

import django

django.setup()

from django.db import connection  # noqa: E402  # Django must be set up first.
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from bench import portfolio  # noqa: E402
from contracts.models import Caisse, Contact, Convention, Person, User, UserScope  # noqa: E402
from notifications.confirmations import confirm  # noqa: E402
from notifications.models import Message  # noqa: E402
from workflows import clock  # noqa: E402
from workflows.sweep import sweep  # noqa: E402

RENEWALS = 10_000
GOAL = 60
"""Seconds."""
SIGNED, DAY = date(2024, 1, 15), date(2025, 1, 15)


def main() -> None:
    """Print the figures."""
    logging.disable(logging.WARNING)
    number = int(os.environ.get("TACITE_BENCH_RENEWALS", RENEWALS))
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        portfolio.PARTNERS = number
        with clock.set_to(clock.start_of_day(SIGNED)):
            portfolio.Portfolio().signed(SIGNED, number)
            _people()
            assert confirm(SIGNED) == 0
        with clock.set_to(clock.start_of_day(DAY)):
            sweep(DAY)
            started = perf_counter()
            told = confirm(DAY)
            seconds = perf_counter() - started
        assert told == 2 * number
        assert Message.objects.count() == number + 1
        print(
            f"Confirmations on {connection.vendor}: {number:,} renewals decided and stored in "
            f"{seconds:.0f} s (goal {GOAL} s for 10,000)"
        )
    finally:
        teardown_databases(databases, verbosity=0)


def _people() -> None:
    """One agent at the caisse, one person a partner."""
    caisse = Caisse.objects.get()
    user = User.objects.create_user("gestionnaire@mesure.example")
    UserScope.objects.create(user=user, caisse=caisse, role="back_office_agent", first_day=SIGNED)
    partners = list(Convention.objects.order_by("pk").values_list("partner", flat=True))
    people = Person.objects.bulk_create(
        Person(last_name="Mesure", email=f"mesure{partner}@essai.example") for partner in partners
    )
    Contact.objects.bulk_create(
        Contact(partner_id=partner, person=person, quality="Direction", first_day=SIGNED)
        for partner, person in zip(partners, people, strict=True)
    )


if __name__ == "__main__":
    main()
