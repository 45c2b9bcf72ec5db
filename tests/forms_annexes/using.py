"""Conventions in force with their named users, and what a partner's person sends about them."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from access.models import Habilitation
from access.services.habilitations import grant, record
from contracts.models import Caisse, Partner, PartnerMembership, Person, Site, User, UserScope
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest, RequestedUser
from templates_conventions.catalogue import rulebook
from tests.portfolio import an_act
from tests.portfolio import record as record_convention
from workflows import acts, clock

RSACG = "rsacg-msa-provence-azur"
QF = "qf-msa-ardeche-drome-loire"
PSU = "psu-msa-picardie"
MON_ENFANT = "mon-enfant-caf-pas-de-calais"

_CNIL: list[tuple[str, dict[str, str]]] = [("cnil", {"basis": "transmission", "reference": "T-1"})]
BEFORE: dict[str, list[tuple[str, dict[str, str]]]] = {
    PSU: _CNIL,
    QF: _CNIL,
    RSACG: [],
    MON_ENFANT: [("prior_request", {}), ("document_date", {})],
}
"""What comes before the signatures, by type of convention."""

Move = Callable[[str], None]
Browsing = Callable[[User], Client]


class Cast:
    """A partner and its caisse under one type of convention, in force since 15 January 2024."""

    def __init__(self, code: str, caisse: Caisse, partner: Partner, today: Move) -> None:
        caisse.departments = ["83", "84"]
        caisse.save()
        Partner.objects.filter(pk=partner.pk).update(kind="departement", address="1 rue de l’Essai")
        partner.refresh_from_db()
        published = publish(rulebook(code))[0]
        today("2024-01-10")
        self.convention = draft_convention(
            caisse=caisse, partner=partner, rulebook_code=published.code
        )
        self.partner, self.caisse, self.today = partner, caisse, today
        today("2024-02-01")
        for kind, fields in BEFORE[code]:
            record_convention(self.convention, kind, "2024-01-12", **fields)
        record_convention(self.convention, "signature", "2024-01-13", party="partner")
        record_convention(self.convention, "signature", "2024-01-15", party="caisse")
        self.convention.refresh_from_db()
        assert self.convention.state == "active"

    def member(self, email: str = "direction@partenaire.example", site: Site | None = None) -> User:
        """Somebody who answers for the partner, or for one of its structures."""
        user = User.objects.create_user(email, first_name="Dominique", last_name="Essai")
        PartnerMembership.objects.create(
            user=user, partner=self.partner, site=site, role="director", first_day=date(2024, 1, 1)
        )
        return user

    def clerk(self, email: str = "gestionnaire@caisse.example") -> User:
        """Somebody of the caisse who instructs requests."""
        user = User.objects.create_user(email, first_name="Claude", last_name="Exemple")
        UserScope.objects.create(
            user=user, caisse=self.caisse, role="back_office_agent", first_day=date(2024, 1, 1)
        )
        return user

    def site(self, name: str) -> Site:
        """A structure that the convention covers."""
        site = Site.objects.create(partner=self.partner, name=name)
        self.convention.sites.add(site)
        return site

    def named(self, first: str = "Camille", last: str = "Essai", **more: Any) -> Habilitation:
        """A user habilitated today."""
        person = Person.objects.create(
            first_name=first, last_name=last, email=f"{first.lower()}@partenaire.example"
        )
        service = self.convention.rules.services[0].code
        return grant(self.convention, person, service, None, clock.today(), **more)


@pytest.fixture
def cast(caisse: Caisse, partner: Partner, today: Move) -> Callable[[str], Cast]:
    """Put a type of convention in force, by its code."""

    def of(code: str) -> Cast:
        return Cast(code, caisse, partner, today)

    return of


def happened(right: Habilitation, kind: str, **fields: Any) -> None:
    """Record an act about a user today."""
    act = an_act(kind, clock.today().isoformat(), user=right.user_key, **fields)
    record(right, act, None)


def asked_for(right: Habilitation, **answers: str) -> None:
    """Let a right come from a request that was accepted, with those answers."""
    request = AccessRequest.objects.create(
        convention=right.convention,
        number=f"ESSAI-{right.pk}",
        form_code=right.convention.rules.habilitation.forms[0].code,
        created_at=clock.now(),
    )
    user = RequestedUser.objects.create(
        request=request,
        position=1,
        answers={f"user.{name}": value for name, value in answers.items()},
    )
    Habilitation.objects.filter(pk=right.pk).update(request_reference=user.reference)
    AccessRequest.objects.filter(pk=request.pk).update(status="withdrawn")
    right.refresh_from_db()


def hidden(page: Any, **more: str) -> dict[str, str]:
    """What a page sends back besides what is typed: its hidden fields, the token apart."""
    text = page.content.decode()
    main = text[text.index('<main class="page"') :]
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main)
    return {name: value for name, value in pairs if name != "csrfmiddlewaretoken"} | more


def text_of(page: Any) -> str:
    """What a page says, on one line."""
    plain = re.sub(r"<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+", " ", plain.replace("\xa0", " "))


def fresh(request: AccessRequest) -> dict[str, str]:
    """The revision that a page shown now would send."""
    return {"seen_revision": str(AccessRequest.objects.get(pk=request.pk).revision)}


def friday_night(day: str) -> None:
    """Set the clock to half past eleven of the evening of a day."""
    at = clock.start_of_day(date.fromisoformat(day)).replace(hour=23, minute=30)
    clock.install(lambda: at)


def last_login(right: Habilitation) -> None:
    """The user enters the service today."""
    login = acts.LastLogin(
        id=f"login-{datetime.isoformat(clock.now())}",
        on=clock.today(),
        recorded_at=clock.now(),
        user=right.user_key,
    )
    record(right, login, None)
