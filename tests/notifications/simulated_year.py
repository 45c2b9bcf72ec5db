"""A year of a portfolio: who is told what, by a real mail server that refuses half of the time.

What must be told is computed here from the facts below, day by day and in the plainest way, and
from nothing of the code under test. What was told is what the server took, counted by Message-ID:
a mail taken whose confirmation was lost comes again under the same one.
"""

from __future__ import annotations

import email
import email.policy
import socket
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from aiosmtpd.controller import Controller

from contracts.models import Caisse, Contact, Convention, Partner, Person, User, UserScope
from contracts.services.conventions import draft_convention
from notifications.courtesy import remind_partners
from notifications.reminders import remind
from tests.portfolio import YEARLY, noon, record
from workflows import clock
from workflows.effect_worker import claim, drain
from workflows.effects import unfinished
from workflows.sweep import sweep

FIRST, LAST = date(2024, 3, 1), date(2025, 2, 28)
OUTAGE = (date(2024, 9, 24), date(2024, 10, 2))
"""Nine days on which nothing ran."""
DEPARTURE = date(2024, 8, 12)
"""Last day of a clerk who follows a fifth of the conventions."""
HOLIDAYS = {
    (2024, 4, 1), (2024, 5, 1), (2024, 5, 8), (2024, 5, 9), (2024, 5, 20), (2024, 7, 14),
    (2024, 8, 15), (2024, 11, 1), (2024, 11, 11), (2024, 12, 25), (2025, 1, 1), (2025, 4, 21),
    (2025, 5, 1), (2025, 5, 8), (2025, 5, 29),
}  # fmt: skip
"""Of metropolitan France, from the law (C. trav. L. 3133-1)."""
RUNGS = (120, 60, 15)
COURTESY = 30
LEAVING, STAYING, LAWYER, SECOND_LAWYER, DIRECTOR, INACTIVE = (
    f"{name}@caisse.example"
    for name in ("partante", "restant", "juriste1", "juriste2", "direction", "inactive")
)


@dataclass
class Fact:
    """One convention, as written by hand."""

    name: str
    """Of its partner, told in each mail about it."""
    effect_on: date
    follower: str
    contact: str
    notice_on: date | None
    """The day on which the partner posts its notice, well before the limit."""


def facts(size: int) -> list[Fact]:
    """Conventions of one year that took effect over 2023, each on a day from 2 to 28."""
    made = []
    for number in range(size):
        effect_on = date(2023, 1 + number % 12, 2 + number * 7 % 27)
        follower = (LEAVING, STAYING, "", "", "")[number % 5]
        limit = _limit_of(effect_on.replace(year=2024) - timedelta(days=1))
        if limit < FIRST + timedelta(days=150):
            limit = _limit_of(effect_on.replace(year=2025) - timedelta(days=1))
        gives = number % 7 == 3 and FIRST + timedelta(days=150) <= limit <= LAST
        made.append(
            Fact(
                f"Commune d’Essai numéro{number:05}",
                effect_on,
                follower,
                f"mairie{number:05}@essai.example",
                limit - timedelta(days=40) if gives else None,
            )
        )
    return made


# What must be told.


def _limit_of(term_end: date) -> date:
    month = term_end.month - 3
    return date(term_end.year - (month < 1), month if month > 0 else month + 12, term_end.day)


def _worked(day: date) -> date:
    while day.weekday() >= 5 or (day.year, day.month, day.day) in HOLIDAYS:
        day -= timedelta(days=1)
    return day


def days_that_ran() -> Iterator[date]:
    day = FIRST
    while day <= LAST:
        if not OUTAGE[0] <= day <= OUTAGE[1]:
            yield day
        day += timedelta(days=1)


@dataclass
class Required:
    """One message that somebody must receive about a convention."""

    name: str
    recipient: str
    asked_on: date
    due_on: date


def required(of: list[Fact]) -> list[Required]:
    """Everything to be told, walking through the days that ran."""
    found: list[Required] = []
    for fact in of:
        told: dict[tuple[str, date, str], int] = {}
        recalled: set[date] = set()
        for today in days_that_ran():
            for kind, due_on in _deadlines(fact, today):
                rung = _rung(due_on, today)
                if rung is None:
                    continue
                follows = bool(fact.follower) and (fact.follower != LEAVING or today <= DEPARTURE)
                concerned = [fact.follower] if follows else [LAWYER, SECOND_LAWYER]
                if any(told.get((kind, due_on, who), 999) <= rung for who in concerned):
                    continue
                everybody = concerned + ([DIRECTOR] if rung <= 15 else [])
                everybody += [LAWYER, SECOND_LAWYER] if rung == 0 else []
                for who in dict.fromkeys(everybody):
                    if told.get((kind, due_on, who), 999) > rung:
                        told[kind, due_on, who] = rung
                        found.append(Required(fact.name, who, today, due_on))
            for kind, due_on in _deadlines(fact, today):
                soon = today >= due_on - timedelta(days=COURTESY)
                if kind == "notice_limit" and soon and due_on not in recalled:
                    recalled.add(due_on)
                    found.append(Required(fact.name, fact.contact, today, due_on))
    return found


def _deadlines(fact: Fact, today: date) -> Iterator[tuple[str, date]]:
    """The limit of the running term, or its end once the notice was given."""
    for year in (2024, 2025, 2026):
        begins, ends = (fact.effect_on.replace(year=y) for y in (year - 1, year))
        term_end = ends - timedelta(days=1)
        if not begins <= today <= term_end:
            continue
        if fact.notice_on is None or today < fact.notice_on:
            if today <= _limit_of(term_end):
                yield "notice_limit", _limit_of(term_end)
        elif begins <= fact.notice_on:
            yield "term_end", term_end


def _rung(due_on: date, today: date) -> int | None:
    if today >= _worked(due_on):
        return 0
    reached = [days for days in RUNGS if today >= due_on - timedelta(days=days)]
    return min(reached) if reached else None


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


@contextmanager
def mail_server(mailbox: Mailbox) -> Iterator[int]:
    """A real server on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


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
            if fact.notice_on is not None and _entered(fact.notice_on) == day:
                _give_notice(fact, day)
        if Convention.objects.filter(next_change_on__lte=day).exists():
            sweep(day)
        remind(day)
        remind_partners(day)
        if killed == 0 and day >= date(2024, 6, 10):
            # What a worker killed with its batch in hand leaves behind: leases, and no result.
            killed = kill(day) if kill else len(claim(5, now=at(day, 1)))
        # About when a worker would come back to what was refused.
        for minutes in (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1400):
            if not unfinished().exists():
                break
            drain(now=at(day, minutes))
        tell(day)
    return killed


def _entered(day: date) -> date:
    """What falls into the outage is entered after it."""
    return OUTAGE[1] + timedelta(days=1) if OUTAGE[0] <= day <= OUTAGE[1] else day


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
        for one, day in zip(some, sorted(days[recipient, name]), strict=False)
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


def _words(text: str) -> list[str]:
    return text.replace(",", " ").replace("*", " ").replace(".", " ").split()
