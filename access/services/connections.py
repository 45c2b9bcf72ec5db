"""Taking in connections: each row is accepted, already known, or refused with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models.functions import Lower

from access.connection_reading import (
    ACCEPTED,
    ANONYMOUS,
    CLOCKS_DIFFER,
    KNOWN,
    Outcome,
    Told,
    fault_of_key,
    refused,
)
from access.models import Account, AccountIdentifier, ConnectionEvent, Habilitation
from access.services.connection_counts import add_to_counts
from access.services.connection_logins import ask_for_logins
from access.services.connection_retention import first_open_month
from contracts.models import Caisse, Convention, PublishedRulebook
from workflows import clock
from workflows.french import MONTHS
from workflows.subjects import locked

BATCH = 1_000
"""Rows taken in at once, in one transaction."""

Kind = ConnectionEvent.Kind
Source = ConnectionEvent.Source


def accept(caisse: Caisse, source: str, told: Sequence[Told]) -> list[Outcome]:
    """Take in a batch of at most ``BATCH`` rows; the answers are in the same order.

    What is accepted is written, counted and, for the habilitations that it concerns, asked to be
    recorded as a login, all in one transaction. Told again, a row is known and changes nothing.
    Raises ``ValueError`` for a batch too large.
    """
    if len(told) > BATCH:
        raise ValueError(f"Au plus {BATCH} connexions à la fois.")
    with transaction.atomic():
        # Batches of one caisse come in one after the other: none counts what another does.
        locked(Caisse.objects.all(), caisse.pk)
        intake = _Intake.of(caisse, source, told)
        outcomes = [intake.take(row) for row in told]
        add_to_counts(caisse, intake.new)
        ConnectionEvent.objects.bulk_create(intake.new)
        if source != Source.DIRECTORY:
            ask_for_logins(caisse, intake.new)
    return outcomes


def from_directory(account: Account, at: datetime) -> ConnectionEvent | None:
    """Take in a last login stamped by the directory; None when it is known, or too old.

    To what the user connected is only known of an account that opens a single service. It makes no
    act: whoever reads the stamp records it (``access.services.logins``).
    """
    with transaction.atomic():
        caisse = locked(Caisse.objects.all(), account.caisse_id)
        key = _stamp_key(account, at)
        known = {"caisse": caisse, "source": Source.DIRECTORY, "event_id": key}
        if _untimely(caisse, at) or ConnectionEvent.objects.filter(**known).exists():
            return None
        service = account.services[0] if len(account.services) == 1 else ""
        right = _rights([account.pk]).given(account.pk, service, clock.civil_date(at))
        event = ConnectionEvent(
            account=account,
            service=service,
            convention_id=right.convention_id if right else None,
            profile=profile_of(right),
            at=at,
            kind=Kind.CONNECTION,
            recorded_at=clock.now(),
            **known,
        )
        add_to_counts(caisse, [event])
        event.save(force_insert=True)
    return event


def all_from_directory(caisse: Caisse, stamps: Iterable[tuple[Account, datetime]]) -> None:
    """Take in the last logins that a listing of the directory tells; what is known costs little."""
    first = first_open_month(caisse, clock.today())
    told = {
        _stamp_key(account, at): (account, at)
        for account, at in stamps
        if clock.civil_date(at) >= first
    }
    known = ConnectionEvent.objects.filter(
        caisse=caisse, source=Source.DIRECTORY, event_id__in=list(told)
    ).values_list("event_id", flat=True)
    for key in told.keys() - set(known):
        from_directory(*told[key])


def _stamp_key(account: Account, at: datetime) -> str:
    return f"{account.pk}:{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"


def profile_of(habilitation: Habilitation | None) -> str:
    """The profile of the user; empty without one."""
    return habilitation.profile if habilitation else ""


@dataclass(frozen=True, slots=True)
class _Rights:
    """The habilitations of some accounts, by account and service."""

    by_service: Mapping[tuple[int, str], Sequence[Habilitation]]

    def given(self, account: int, service: str, day: date) -> Habilitation | None:
        """The one that gave the service on that day, the latest; else the latest there ever was."""
        found = self.by_service.get((account, service), ())
        open_then = [
            one
            for one in found
            if one.granted_on is not None
            and one.granted_on <= day
            and (one.closes_on is None or day < one.closes_on)
        ]
        return max(open_then or found, key=lambda one: one.pk, default=None)


def _rights(accounts: Iterable[int]) -> _Rights:
    by_service: dict[tuple[int, str], list[Habilitation]] = defaultdict(list)
    for one in Habilitation.objects.filter(account__in=set(accounts)).defer("snapshot"):
        by_service[one.account_id, one.service].append(one)
    return _Rights(by_service)


@dataclass(slots=True)
class _Intake:
    """One batch: what is known beforehand, read with few queries, and what comes of it."""

    caisse: Caisse
    source: str
    accounts: Mapping[str, int]
    services: frozenset[str]
    rights: _Rights
    known: dict[str, ConnectionEvent]
    """By the sender's key, those of this batch included."""
    new: list[ConnectionEvent]

    @classmethod
    def of(cls, caisse: Caisse, source: str, told: Sequence[Told]) -> _Intake:
        names = {row.identifier.strip().lower() for row in told}
        given = AccountIdentifier.objects.annotate(key=Lower("identifier"))
        accounts = dict(given.filter(caisse=caisse, key__in=names).values_list("key", "account_id"))
        rights = _rights(accounts.values())
        keys = {row.event_id for row in told}
        known = ConnectionEvent.objects.filter(caisse=caisse, source=source, event_id__in=keys)
        services = _services_of(caisse) | {service for _, service in rights.by_service}
        by_key = {event.event_id: event for event in known}
        return cls(caisse, source, accounts, services, rights, by_key, [])

    def take(self, row: Told) -> Outcome:
        """What becomes of one row; if it is new, its event is among ``new``."""
        if fault := fault_of_key(row.event_id) or self._fault(row):
            return fault
        account = self.accounts.get(row.identifier.strip().lower())
        if account is None and row.kind == Kind.CONNECTION:
            return refused(
                "unknown_identifier",
                "Cet identifiant n’a jamais été donné dans la caisse : une connexion ne peut lui "
                "être comptée. Vérifiez l’identifiant et la caisse.",
            )
        event = self._event(row, account)
        if earlier := self.known.get(row.event_id):
            if _told(earlier) == _told(event):
                return KNOWN
            return refused(
                "same_key",
                "Cette clé est déjà celle d’un autre événement. Donnez une clé par événement.",
            )
        self.known[row.event_id] = event
        self.new.append(event)
        return ACCEPTED if account is not None else ANONYMOUS

    def _fault(self, row: Told) -> Outcome | None:
        if row.service not in self.services:
            return refused(
                "unknown_service",
                "Aucune convention de la caisse n’ouvre ce service. Services connus : "
                f"{', '.join(sorted(self.services)) or 'aucun'}.",
            )
        return _untimely(self.caisse, row.at)

    def _event(self, row: Told, account: int | None) -> ConnectionEvent:
        right = None
        if account is not None:
            right = self.rights.given(account, row.service, clock.civil_date(row.at))
        return ConnectionEvent(
            caisse=self.caisse,
            account_id=account,
            service=row.service,
            convention_id=right.convention_id if right else None,
            profile=profile_of(right),
            # In one zone: of two, the hour lived twice is never equal to itself.
            at=row.at.astimezone(UTC),
            kind=row.kind,
            source=self.source,
            event_id=row.event_id,
            recorded_at=clock.now(),
        )


def _told(event: ConnectionEvent) -> tuple[object, ...]:
    """What the sender said; the convention is ours, and may have changed since."""
    return event.account_id, event.service, event.at, event.kind


def _untimely(caisse: Caisse, at: datetime) -> Outcome | None:
    if at > clock.now() + CLOCKS_DIFFER:
        return refused(
            "future",
            "Cet instant est à venir. Vérifiez l’horloge de l’expéditeur et le décalage horaire.",
        )
    first = first_open_month(caisse, clock.today())
    if clock.civil_date(at) < first:
        return refused(
            "too_old",
            f"Les connexions d’avant {MONTHS[first.month - 1]} {first.year} ne sont plus "
            "conservées en détail : leurs comptes mensuels sont arrêtés.",
        )
    return None


def _services_of(caisse: Caisse) -> frozenset[str]:
    """The services that a convention of the caisse opens or opened."""
    codes = Convention.objects.filter(caisse=caisse).values("rulebook_code")
    return frozenset(
        service.code
        for row in PublishedRulebook.objects.filter(code__in=codes)
        for service in row.rulebook.services
    )
