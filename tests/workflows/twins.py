"""A portfolio that can be lived twice: with a scheduler that ticks every day, and with one that was
silent. Built from fixed identifiers, so that both lives can be compared row by row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import models, transaction

from access.decisions import decide
from access.models import Account, Habilitation, HabilitationJournalEntry
from access.services.following import FOLLOWING
from access.services.habilitations import grant
from contracts.models import Caisse, Convention, ConventionJournalEntry, Partner, Person
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from notifications.models import Message
from notifications.services import DELIVERY
from tests.portfolio import noon, second_person
from tests.workflows.rulebook_contents import rulebook
from workflows import clock, effects, subjects
from workflows.act_payloads import parse
from workflows.effect_worker import drain
from workflows.journal import standing
from workflows.models import Effect
from workflows.rulebook import Rulebook
from workflows.scheduler import Scheduler
from workflows.subject_acts import SubjectAct

WITHOUT_TERM_TO_COME = {
    "article": "9-1",
    "kind": "fixed_last_day",
    "last_day": "2026-01-09",
    "renewal": {"article": "9-1", "kind": "none"},
}
AGREEMENT = {"article": "C. civ. 1193", "basis": "law"}


def rules(code: str, **changes: Any) -> Rulebook:
    """A fictitious type of convention, in force at the last signature, with an account a user."""
    return rulebook(
        **{
            "code": code,
            "effect__conditions": [],
            "habilitation__account_holder": "user",
            "mutual_termination": AGREEMENT,
        }
        | changes
    )


YEARLY = rules("annuelle")
FIXED = rules("a-dernier-jour", term=WITHOUT_TERM_TO_COME, notice=None)
LATER = rules(
    "a-date-fixe",
    effect={"article": "9-1", "rule": "fixed_date", "fixed_on": "2026-01-13"},
)
ONCE = rules("renouvelee-une-fois", term__renewal__maximum=1)

START = "2026-01-05"
"""The last day on which the scheduler of both lives ticks."""

CONVENTIONS = {
    # Number: its rules and the day of its signatures.
    "ANNIVERSAIRE": (YEARLY, "2025-01-10"),
    "BISSEXTILE": (YEARLY, "2024-02-29"),
    "NOUVEL-AN": (YEARLY, "2025-01-01"),
    "DENONCEE": (YEARLY, "2025-01-08"),
    "INEXECUTION": (YEARLY, "2025-06-01"),
    "ACCORD": (YEARLY, "2025-03-03"),
    "DERNIER-JOUR": (FIXED, "2025-01-02"),
    "DATE-FIXE": (LATER, "2026-01-02"),
    "UNE-FOIS": (ONCE, "2025-01-11"),
}

AFTER_SIGNATURE = (
    # The day of its recording and of its happening, of what, and what.
    ("2025-09-01", "DENONCEE", "notice", {"by": "partner"}),
    ("2025-09-01", "DENONCEE", "letter_posted", {}),
    ("2025-09-03", "DENONCEE", "letter_delivered", {}),
    ("2025-12-10", "INEXECUTION", "formal_notice", {"by": "caisse"}),
    ("2025-12-10", "INEXECUTION", "letter_posted", {}),
    ("2025-12-12", "INEXECUTION", "letter_delivered", {}),
    (
        "2025-12-15",
        "ACCORD",
        "mutual_termination",
        {"last_day": "2026-01-07", "agreed_by": ["caisse", "partner"]},
    ),
)

USERS = ("ANNIVERSAIRE", "NOUVEL-AN", "DENONCEE", "INEXECUTION", "ACCORD", "DERNIER-JOUR")
"""The conventions with a named user, granted on the eve of the outage."""


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Stop the clock at an instant."""
    with clock.set_to(instant):
        yield


def told(subject: subjects.Subject, kind: str, on: str, number: int, **fields: Any) -> SubjectAct:
    """Record an act under an identifier that is the same in each life."""
    common = {"id": f"{kind}-{number}", "on": on, "recorded_at": clock.now().isoformat()}
    act = parse(kind, common | fields)
    author = second_person(subject, act) if isinstance(subject, Convention) else None
    return subjects.record(subject, act, author)


def sign(caisse: Caisse, partner: Partner, number: str, rules: Rulebook, on: str) -> Convention:
    """A convention signed by both on one day, recorded on it."""
    publish(rules)
    opened = draft_convention(
        caisse=caisse, partner=partner, rulebook_code=rules.code, number=number
    )
    for place, party in enumerate(("caisse", "partner")):
        told(opened, "signature", on, place, party=party)
    return opened


def named_user(convention: Convention, on: date) -> Habilitation:
    """Grant the service of a convention to somebody of its own."""
    person = Person.objects.create(
        first_name="Camille",
        last_name=convention.number.capitalize(),
        email=f"{convention.number.lower()}@structure.example",
    )
    return grant(convention, person, "service", None, on)


def portfolio() -> dict[str, Convention]:
    """Every convention and user as they stand at noon on the first day, before its tick."""
    caisse = Caisse.objects.create(
        code="CAISSE1",
        name="Caisse d’essai",
        # Kept for good: the life told here is that of rights, not of what becomes of old entries.
        settings={"directory": "embedded", "account_retention": None},
    )
    partner = Partner.objects.create(name="Commune d’Essai", kind="commune", siren="214202798")
    found: dict[str, Convention] = {}
    for number, (its_rules, on) in sorted(CONVENTIONS.items(), key=lambda each: each[1][1]):
        with at(noon(on)):
            found[number] = sign(caisse, partner, number, its_rules, on)
    for place, (on, number, kind, fields) in enumerate(AFTER_SIGNATURE):
        letter = {} if kind == "mutual_termination" else {"letter": "L"}
        form = {"form": "registered_letter"} if kind.endswith("notice") else {}
        with at(noon(on)):
            told(found[number], kind, on, place, **fields, **letter, **form)
    with at(noon(START)):
        users = {number: named_user(found[number], clock.today()) for number in USERS}
        leaving = users["ANNIVERSAIRE"]
        drain()
        leaving.refresh_from_db()
        told(leaving, "departure", "2026-01-11", 0, user=leaving.user_key)
    return found


class Life(NamedTuple):
    """What one life leaves behind, without what tells one night from another."""

    beliefs: dict[str, list[tuple[Any, ...]]]
    """The standing journal of each subject."""
    columns: dict[str, dict[str, Any]]
    accounts: dict[str, tuple[str, list[str]]]
    answers: dict[str, tuple[str, Any]]
    """May the user of each convention enter now, and until when?"""
    messages: list[tuple[str, str, str]]


_OF_THE_NIGHT = {"believed_at", "revision", "digest", "previous_digest"}
_OF_THE_ROW = {"id", "subject_id"}
_OF_THE_SUBJECT = {
    *("id", "revision", "as_of", "created_at", "caisse_id", "partner_id", "pinned_id"),
    *("convention_id", "person_id", "account_id", "folded", "snapshot"),
}


def seen() -> Life:
    """What stands in the database."""
    subjects_: list[subjects.Subject] = [*Convention.objects.order_by("number")]
    subjects_ += Habilitation.objects.select_related("convention").order_by("convention__number")
    accounts = {account.person: account for account in Account.objects.select_related("person")}
    return Life(
        {name(one): [_plain(row) for row in journal(one)] for one in subjects_},
        {name(one): _columns(one, _OF_THE_SUBJECT) for one in subjects_},
        {person.last_name: (a.state, list(a.services)) for person, a in accounts.items()},
        {person.last_name: answer(a) for person, a in accounts.items()},
        sorted(
            (message.kind, message.recipient.last_name, message.state)
            for message in Message.objects.select_related("person")
        ),
    )


def name(subject: subjects.Subject) -> str:
    """What a subject is called in both lives."""
    if isinstance(subject, Habilitation):
        return f"utilisateur {subject.convention.number}"
    return str(subject)


def journal(subject: subjects.Subject) -> list[Any]:
    """What is believed of a subject."""
    return list(standing(subject.journal.order_by("number")))


def answer(account: Account) -> tuple[str, Any]:
    """May the user of this account enter now, and until when?"""
    found = decide(account.caisse, account.identifier, "service")
    return found.code, found.valid_until


def _plain(row: models.Model) -> tuple[Any, ...]:
    return tuple(
        # Numbers of messages grow on, whatever is undone.
        re.sub(r"message-\d+", "message", value) if isinstance(value, str) else value
        for value in _columns(row, _OF_THE_NIGHT | _OF_THE_ROW).values()
    )


def _columns(row: models.Model, without: set[str]) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in without
    }


def written() -> dict[str, list[dict[str, Any]]]:
    """Every row that a tick could write of these lives; the day's own head is of no life."""
    kinds: tuple[type[models.Model], ...] = (
        *(Convention, ConventionJournalEntry, Habilitation, HabilitationJournalEntry),
        *(Account, Message),
    )
    rows = {model.__name__: list(model._default_manager.order_by("pk").values()) for model in kinds}
    asked = Effect.objects.filter(handler__in=[FOLLOWING, DELIVERY])
    return rows | {"Effect": list(asked.order_by("pk").values())}


def tick(scheduler: Scheduler, instant: datetime) -> None:
    """Let the scheduler look at the clock, then the worker at its ledger."""
    with at(instant):
        scheduler.tick()
        if effects.unfinished().exists():
            drain()


def undone(live: Callable[[], Life]) -> Life:
    """What a life leaves behind, once all of it is undone."""
    with transaction.atomic():
        life = live()
        transaction.set_rollback(True)
    return life
