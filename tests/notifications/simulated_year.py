"""A year of a portfolio: who is told what, by a real mail server that refuses half of the time.

What must be told is in ``year_facts``. What was told is what the server took, counted by
Message-ID: a mail taken whose confirmation was lost comes again under the same one.
"""

from __future__ import annotations

import email
import email.policy
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from contracts.models import Caisse, Contact, Convention, Partner, Person, User, UserScope
from contracts.services.conventions import draft_convention
from notifications.confirmation_mails import OF_STAFF
from notifications.confirmations import confirm
from notifications.courtesy import remind_partners
from notifications.models import Confirmation
from notifications.reminders import remind
from tests.notifications.year_facts import (
    DEPARTURE,
    DIRECTOR,
    FIRST,
    INACTIVE,
    LAWYER,
    LEAVING,
    SECOND_LAWYER,
    STAYING,
    Fact,
    Required,
    days_that_ran,
    entered,
    required,
)
from tests.portfolio import YEARLY, noon, record
from workflows import clock
from workflows.effect_worker import claim, drain
from workflows.effects import unfinished
from workflows.sweep import sweep

# The mail server.


@dataclass
class Mailbox:
    """Takes mails half of the time; of those taken, some are then said to have failed."""

    random: Random
    taken: list[Any] = field(default_factory=list)
    refused: int = 0
    today: date = FIRST

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.random.random() < 0.5:
            self.refused += 1
            return "451 Try again later"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append((self.today, envelope.rcpt_tos, mail["Message-ID"], mail))
        # The sender never learns that it was taken.
        return "451 Lost on the way back" if self.random.random() < 0.05 else "250 OK"


# The year itself.


def portfolio(of: list[Fact]) -> None:
    """Enter the facts as people would have, before the year begins."""
    clock.install(lambda: noon("2023-01-01"))
    caisse = Caisse.objects.create(code="ANNEE", name="Caisse de l’année")
    users = {
        address: User.objects.create_user(address, is_active=address != INACTIVE)
        for address in (LEAVING, STAYING, LAWYER, SECOND_LAWYER, DIRECTOR, INACTIVE)
    }
    for address, role, last_day in (
        (LEAVING, "back_office_agent", DEPARTURE),
        (STAYING, "back_office_agent", None),
        (LAWYER, "legal_officer", None),
        (SECOND_LAWYER, "legal_officer", None),
        (INACTIVE, "legal_officer", None),
        (DIRECTOR, "director", None),
    ):
        UserScope.objects.create(
            user=users[address],
            caisse=caisse,
            role=role,
            first_day=date(2023, 1, 1),
            last_day=last_day,
        )
    clock.install(lambda: noon("2024-02-28"))
    for fact in of:
        partner = Partner.objects.create(name=fact.name, kind="commune")
        person = Person.objects.create(last_name="Essai", email=fact.contact)
        Contact.objects.create(
            partner=partner, person=person, quality="Mairie", first_day=date(2023, 1, 1)
        )
        opened = draft_convention(caisse=caisse, partner=partner, rulebook_code=YEARLY)
        on = fact.effect_on.isoformat()
        record(opened, "cnil", on, basis="transmission", reference="T")
        for party in ("partner", "caisse"):
            record(opened, "signature", on, party=party)
        if fact.follower:
            Convention.objects.filter(pk=opened.pk).update(assignee=users[fact.follower])


def live(
    of: list[Fact],
    mailbox: Mailbox,
    tell: Callable[[date], None] = lambda day: None,
    kill: Callable[[date], int] | None = None,
) -> int:
    """Live the year through; return how many effects a worker took along when it was killed.

    ``kill`` has a worker killed on a day, and says how many it had in hand; without it, one just
    never comes back.
    """
    killed, start = 0, clock.system_time()

    def at(day: date, minutes: int) -> Callable[[], datetime]:
        # Effects wait by the clock of the machine, which the year has run along.
        instant = start + (day - FIRST) + timedelta(minutes=minutes)
        return lambda: instant

    for day in days_that_ran():
        mailbox.today = day
        clock.install(lambda day=day: noon(day.isoformat()))  # type: ignore[misc]
        for fact in of:
            if fact.notice_on is not None and entered(fact.notice_on) == day:
                _give_notice(fact, day)
        if Convention.objects.filter(next_change_on__lte=day).exists():
            sweep(day)
        remind(day)
        remind_partners(day)
        confirm(day)
        if killed == 0 and day >= date(2024, 6, 10):
            # What a worker killed with its batch in hand leaves behind: leases, and no result.
            killed = kill(day) if kill else len(claim(5, now=at(day, 1)))
        # About when a worker would come back to what was refused: later and later, then hourly.
        for minutes in (2, 4, 8, 16, 32, *range(60, 24 * 60, 60)):
            if not unfinished().exists():
                break
            drain(now=at(day, minutes))
        tell(day)
    return killed


def _give_notice(fact: Fact, day: date) -> None:
    convention = Convention.objects.get(partner__name=fact.name)
    letter = {"letter": "L", "by": "partner", "form": "registered_letter"}
    record(convention, "notice", fact.notice_on.isoformat(), **letter)  # type: ignore[union-attr]
    record(convention, "letter_posted", fact.notice_on.isoformat(), letter="L")  # type: ignore[union-attr]


# The report.


@dataclass
class Report:
    """What was required, against what the server took."""

    required: int
    mails: int
    repeated: int
    """Mails taken again under the same Message-ID."""
    missing: list[tuple[str, str]]
    superfluous: list[tuple[str, str]]
    late: list[tuple[str, str, date]]
    strangers: set[str]

    @property
    def is_clean(self) -> bool:
        return not (self.missing or self.superfluous or self.late or self.strangers)


def report(of: list[Fact], mailbox: Mailbox) -> Report:
    """Hold each mail taken against the list of what had to be told."""
    wanted: Counter[tuple[str, str]] = Counter()
    until: dict[tuple[str, str], list[Required]] = defaultdict(list)
    for one in required(of):
        wanted[one.recipient, one.name] += 1
        until[one.recipient, one.name].append(one)
    first_taken: dict[str, tuple[date, str, str]] = {}
    for day, recipients, name, mail in mailbox.taken:
        [recipient] = recipients
        text = mail.get_body(("plain",)).get_content()
        first_taken.setdefault(name, (day, recipient, text))
    told: Counter[tuple[str, str]] = Counter()
    days: dict[tuple[str, str], list[date]] = defaultdict(list)
    names = [fact.name for fact in of]
    tokens = {name.rpartition(" ")[2]: name for name in names}
    for day, recipient, text in first_taken.values():
        about = {tokens[word] for word in _words(text) if word in tokens}
        if not about and recipient.startswith("mairie"):
            about = {fact.name for fact in of if fact.contact == recipient}
        for name in about:
            told[recipient, name] += 1
            days[recipient, name].append(day)
    late = [
        (recipient, name, one.due_on)
        for (recipient, name), some in until.items()
        for one, day in zip(
            sorted(some, key=lambda one: one.asked_on), sorted(days[recipient, name]), strict=False
        )
        if not one.asked_on <= day <= one.due_on
    ]
    known = {one.recipient for some in until.values() for one in some}
    return Report(
        sum(wanted.values()),
        len(first_taken),
        len(mailbox.taken) - len(first_taken),
        sorted((wanted - told).elements()),
        sorted((told - wanted).elements()),
        late,
        {recipient for _, recipient, _ in first_taken.values()} - known,
    )


def on_site() -> Counter[tuple[str, str]]:
    """How many steps each colleague does find on the site about each partner."""
    rows = Confirmation.objects.filter(
        withdrawn_at=None, message__kind__in=OF_STAFF, message__noticed_at__isnull=False
    )
    return Counter(rows.values_list("user__email", "convention__partner__name"))


def _words(text: str) -> list[str]:
    return text.replace(",", " ").replace("*", " ").replace(".", " ").split()
