"""Loading the demonstration: the portfolio is lived again, day by day, through the real services.

The clock is moved to each fact, so that what the journal says was believed, and when, is what it
would have been. All or nothing, and once: a base that holds a caisse is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Min

from contracts.demonstration.portfolio import DemoConvention, DemoMember, Portfolio
from contracts.models import (
    Agent,
    Caisse,
    Convention,
    EvidenceFile,
    Partner,
    PartnerMembership,
    PartnerNumber,
    Person,
    Power,
    Signatory,
    SignatoryPower,
    Site,
    User,
    UserScope,
)
from contracts.services.conventions import draft_convention
from contracts.services.evidence import store_evidence
from contracts.services.four_eyes import wants_two_people
from contracts.services.proposals import confirm
from contracts.services.proposed_acts import CONVENTION, propose_acts
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebooks
from workflows import clock
from workflows.acts import Act
from workflows.french import NO_BREAK_SPACE, date_in_words
from workflows.subjects import record
from workflows.sweep import sweep

_BEGINNING = date(2020, 1, 1)
"""From when the fictitious persons have their powers: before every date of the data files."""

_OPENING_HOUR, _SWEEPING_MINUTE = timedelta(hours=9), timedelta(minutes=10)


class AlreadyInUse(Exception):
    """The base holds bodies: the demonstration is loaded, or the base is somebody's own."""


class LoadingFailed(Exception):
    """A life of the demonstration could not be lived; nothing was written."""


class Moment(NamedTuple):
    """Something to do at an instant of the past; those of one instant go by convention and rank."""

    at: datetime
    key: str
    rank: int
    do: Callable[[], None]


OfConvention = Callable[[DemoConvention, Callable[[], Convention], date], Iterable[Moment]]

_others: list[OfConvention] = []


def also_live(moments: OfConvention) -> None:
    """Have an application above add what it makes happen to each convention.

    It is given the convention's data, what finds the convention once it is open, and today.
    """
    if moments not in _others:
        _others.append(moments)


def load(portfolio: Portfolio, progress: Callable[[int, int], None] | None = None) -> int:
    """Write the whole portfolio; return how many conventions it holds.

    ``progress`` is told how many facts are done, and of how many. Raises ``AlreadyInUse`` when the
    base holds a caisse or a partner, and ``LoadingFailed``.
    """
    now = clock.now()
    with transaction.atomic():
        if Caisse.objects.exists() or Partner.objects.exists():
            raise AlreadyInUse
        loader = _Loader(portfolio, now)
        with clock.set_to(clock.start_of_day(_BEGINNING)):
            loader.write_bodies()
        moments = sorted(loader.moments(), key=lambda moment: moment[:3])
        for done, moment in enumerate(moments, start=1):
            _sweep_until(moment.at)
            with clock.set_to(moment.at):
                moment.do()
            if progress is not None:
                progress(done, len(moments))
        _sweep_until(now)
    return len(loader.conventions)


class _Loader:
    def __init__(self, portfolio: Portfolio, now: datetime) -> None:
        self.portfolio = portfolio
        self.now = now
        self.today = clock.civil_date(now)
        self.caisses: dict[str, Caisse] = {}
        self.partners: dict[str, Partner] = {}
        self.conventions: dict[str, Convention] = {}

    # Bodies and people.

    def write_bodies(self) -> None:
        for rulebook in rulebooks().values():
            publish(rulebook)
        self._write_caisses()
        self._write_users()
        self._write_partners()

    def _write_caisses(self) -> None:
        for given in self.portfolio.caisses:
            caisse = Caisse(
                code=given.code,
                name=given.name,
                address=given.address,
                departments=list(given.departments),
                holiday_calendar=given.holiday_calendar.value,
            )
            caisse.full_clean()
            caisse.save()
            self.caisses[given.code] = caisse
            director = Agent.objects.create(
                caisse=caisse,
                person=Person.objects.create(
                    first_name=given.director.first_name, last_name=given.director.last_name
                ),
                title=given.director.title,
            )
            for kind in (Power.Kind.SIGN_CONVENTIONS, Power.Kind.SIGN_LETTERS):
                Power.objects.create(
                    agent=director,
                    kind=kind,
                    first_day=_BEGINNING,
                    delegation_reference="Nomination fictive",
                )

    def _write_users(self) -> None:
        for given in self.portfolio.users:
            user = User.objects.filter(email=given.email).first()
            if user is None:
                user = User.objects.create_user(
                    given.email,
                    self.portfolio.password,
                    first_name=given.first_name,
                    last_name=given.last_name,
                )
            for code in given.caisses or self.caisses:
                UserScope.objects.create(
                    user=user,
                    caisse=self.caisses[code],
                    role=given.role,
                    first_day=_BEGINNING,
                )
            if given.registers_accounts:
                self._empower(user, given.caisses or tuple(self.caisses))

    def _write_member(self, given: DemoMember, partner: Partner) -> None:
        user = User.objects.create_user(
            given.email, first_name=given.first_name, last_name=given.last_name
        )
        PartnerMembership.objects.create(
            user=user, partner=partner, role="director", first_day=_BEGINNING
        )

    def _empower(self, user: User, codes: Iterable[str]) -> None:
        """Let a user register accounts, by a decision that names them, in each of these caisses."""
        person = Person.objects.create(
            first_name=user.first_name, last_name=user.last_name, email=user.email
        )
        for code in codes:
            registrar = Agent.objects.create(
                caisse=self.caisses[code],
                person=person,
                user=user,
                title="gestionnaire des habilitations",
            )
            Power.objects.create(
                agent=registrar,
                kind=Power.Kind.REGISTER_ACCOUNTS,
                first_day=_BEGINNING,
                delegation_reference="Décision fictive",
            )

    def _write_partners(self) -> None:
        for given in self.portfolio.partners:
            partner = Partner(
                name=given.name, kind=given.kind.value, siren=given.siren, address=given.address
            )
            partner.full_clean()
            partner.save()
            self.partners[given.key] = partner
            for name in given.sites:
                Site.objects.create(partner=partner, name=name)
            signatory = Signatory.objects.create(
                partner=partner,
                person=Person.objects.create(
                    first_name=given.signatory.first_name, last_name=given.signatory.last_name
                ),
                quality=given.signatory.quality,
            )
            SignatoryPower.objects.create(signatory=signatory, first_day=_BEGINNING)
            if given.member is not None:
                self._write_member(given.member, partner)
        tiers = sorted({(c.caisse, c.partner) for c in self.portfolio.conventions})
        for number, (caisse, partner_key) in enumerate(tiers, start=1):
            PartnerNumber.objects.create(
                caisse=self.caisses[caisse],
                partner=self.partners[partner_key],
                number=f"T-EXEMPLE-{number:02d}",
            )

    # Lives.

    def moments(self) -> Iterator[Moment]:
        """Every opening and every recorded act, each with what writes it."""
        for given in self.portfolio.conventions:
            opened_at = clock.start_of_day(given.opened(self.today)) + _OPENING_HOUR
            if opened_at > self.now:
                continue
            yield Moment(opened_at, given.key, 0, self._opening(given))
            acts = given.acts(self.today, until=self.now)
            for rank, act in enumerate(acts, start=1):
                yield Moment(act.recorded_at, given.key, rank, self._recording(given, act))
            for moments in _others:
                found = partial(self.conventions.__getitem__, given.key)
                for moment in moments(given, found, self.today):
                    if moment.at <= self.now:
                        yield moment

    def _opening(self, given: DemoConvention) -> Callable[[], None]:
        def open_draft() -> None:
            partner = self.partners[given.partner]
            self.conventions[given.key] = draft_convention(
                caisse=self.caisses[given.caisse],
                partner=partner,
                rulebook_code=given.rulebook,
                author=self._author(given.caisse, UserScope.Role.BACK_OFFICE_AGENT),
                sites=partner.sites.filter(name__in=given.sites),
            )

        return open_draft

    def _recording(self, given: DemoConvention, act: Act) -> Callable[[], None]:
        def record_act() -> None:
            convention = self.conventions[given.key]
            try:
                if wants_two_people([act]):
                    self._decide_by_two(given, convention, act)
                    return
                role = UserScope.Role.BACK_OFFICE_AGENT
                if act.kind == "decision":
                    role = UserScope.Role.LEGAL_OFFICER
                author = self._author(given.caisse, role)
                record(convention, act, author, self._evidence(convention, act, author))
            except Exception as error:
                raise LoadingFailed(
                    f"{given.key}, {act.label} du {date_in_words(act.on)}{NO_BREAK_SPACE}: {error}"
                ) from error

        return record_act

    def _decide_by_two(self, given: DemoConvention, convention: Convention, act: Act) -> None:
        """A legal officer proposes the act, and the direction confirms it at once."""
        lawyer = self._author(given.caisse, UserScope.Role.LEGAL_OFFICER)
        director = self._author(given.caisse, UserScope.Role.DIRECTOR)
        if lawyer is None or director is None:
            raise LoadingFailed("il manque un juriste ou une direction pour en décider à deux")
        # The sweeps since its last fact moved it too.
        convention.refresh_from_db()
        evidence = self._evidence(convention, act, lawyer)
        seen = {"seen_revision": convention.revision, "evidence": evidence}
        proposal = propose_acts(
            CONVENTION, convention, [act], lawyer, convention=convention, **seen
        )
        confirm(proposal, director)
        convention.refresh_from_db()

    def _author(self, caisse: str, role: UserScope.Role) -> User | None:
        scopes = UserScope.objects.filter(caisse=self.caisses[caisse], role=role)
        scope = scopes.select_related("user").order_by("pk").first()
        return scope.user if scope else None

    def _evidence(
        self, convention: Convention, act: Act, author: User | None
    ) -> list[EvidenceFile]:
        title = self.portfolio.evidence.get(act.kind)
        if title is None:
            return []
        text = (
            f"{title}\n\nPièce de démonstration, fictive et sans valeur.\n"
            f"Convention {convention.number}. {act.label}, {date_in_words(act.on)}.\n"
        )
        file = ContentFile(text.encode())
        return [store_evidence(file, f"{title}, {act.on:%d-%m-%Y}.txt", author)]


def _sweep_until(instant: datetime) -> None:
    """Apply what fell due by ``instant``, each day as the scheduler would have that night."""
    while True:
        due = Convention.objects.aggregate(due=Min("next_change_on"))["due"]
        if due is None or due > clock.civil_date(instant):
            return
        with clock.set_to(min(clock.start_of_day(due) + _SWEEPING_MINUTE, instant)):
            result = sweep(due)
        if result.set_aside:
            raise LoadingFailed(result.set_aside[0].error)
