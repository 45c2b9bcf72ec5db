"""Each type of convention, from an empty form to a request sent and accepted, page by page."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from contracts.models import Convention, Partner, Site, User, UserScope
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest
from templates_conventions.catalogue import rulebook
from tests.documents import docx_text, pdf_text
from tests.forms_annexes.conftest import a_member
from tests.templates_conventions.matrix import ADL, ARM, CAF, PIC, RSA
from workflows import clock

Browsing = Callable[[User], Client]
Mail = Callable[[str], list[Any]]
Answers = dict[str, Any]

ONE = {
    "user_last_name": "Essai",
    "user_first_name": "Camille",
    "user_email": "camille.essai@structure.example",
}
NURSERY_DIRECTOR = "directeur de la structure d’AJE"
AGENT = {
    "user_title": "Mme",
    "user_service": "Insertion",
    "user_service_address": "12 boulevard des Exemples",
    "user_duties": "Assistante de service social",
    "user_profile": "Profil 1\xa0: Travailleurs sociaux des structures conventionnées",
}


def people(count: int, more: Answers) -> Answers:
    """The answers about several persons, as one page sends them."""
    sent: Answers = {"user-row": [f"n{number}" for number in range(1, count + 1)]}
    for number in range(1, count + 1):
        person = {
            "user_last_name": "Exemple",
            "user_first_name": "Claude",
            "user_email": f"agent{number}@structure.example",
        }
        sent |= {f"n{number}-{name}": text for name, text in (person | more).items()}
    return sent


@dataclass(frozen=True)
class Journey:
    """What one type of convention asks, step by step."""

    rulebook: str
    form: str
    steps: tuple[Answers, ...]
    users: int = 1
    signed: bool = True
    for_a_site: bool = False
    partner_kind: str = "commune"


SIGNATORY = {"signatory_name": "Dominique Essai", "quality": NURSERY_DIRECTOR}

JOURNEYS = {
    "one director": Journey(
        PIC, "demande-acces", ({"structure_name": "Crèche d’Essai"}, ONE, SIGNATORY)
    ),
    "a manager": Journey(
        ARM,
        "fiche-gestionnaire",
        (
            {"manager_name": "Commune d’Essai"},
            ONE,
            SIGNATORY | {"quality": "représentant du gestionnaire"},
        ),
    ),
    "a structure of the manager": Journey(
        ARM,
        "fiche-structure",
        ({"structure_name": "Crèche d’Essai"}, ONE, SIGNATORY),
        for_a_site=True,
    ),
    "a town": Journey(
        ADL,
        "demande-acces",
        (
            {
                "partner_number": "T-EXEMPLE-01",
                "partner_name": "Commune d’Essai",
                "partner_representative": "Dominique Essai",
                "partner_quality": "maire",
            },
            ONE,
            SIGNATORY | {"quality": "représentant de l’organisme gestionnaire"},
        ),
    ),
    "eleven agents of a département": Journey(
        RSA,
        "demande-habilitation",
        (
            {
                "requester_name": "Département d’Essai",
                "requester_address": "1 rue de l’Essai",
                "requester_dated_on": "01/02/2024",
            },
            people(11, AGENT),
        ),
        users=11,
        signed=False,
        partner_kind="departement",
    ),
    "three persons of a provider": Journey(
        CAF,
        "demande-en-ligne",
        (
            {
                "provider_name": "Commune d’Essai",
                "provider_address": "2 place de l’Essai",
                "provider_representative": "Dominique Essai",
                "provider_email": "mairie@commune.example",
            },
            {
                "scope_caisse": "Caisse d’essai",
                "scope_establishments": "Relais d’Essai\r\nMulti-accueil d’Essai",
            },
            people(3, {}),
        ),
        users=3,
        signed=False,
    ),
}


def words(page: Any) -> str:
    """What a page says, with plain spaces."""
    return re.sub(r"\s+", " ", page.content.decode().replace("\xa0", " "))


def seen(request: AccessRequest) -> Answers:
    return {"seen_revision": AccessRequest.objects.get(pk=request.pk).revision}


@pytest.fixture
def opened(
    draft: Callable[..., Convention], today: Callable[[str], None]
) -> Callable[[Journey], Convention]:
    """Open the draft of a convention of that type, on 1 February 2024."""

    def made(journey: Journey) -> Convention:
        today("2024-02-01")
        publish(rulebook(journey.rulebook))
        partner = Partner.objects.create(name="Commune d’Essai", kind=journey.partner_kind)
        sites = [Site.objects.create(partner=partner, name="Crèche d’Essai")]
        return draft(
            rulebook_code=journey.rulebook,
            partner=partner,
            sites=sites if journey.rulebook == ARM else [],
        )

    return made


def clerk_of(convention: Convention) -> User:
    user = User.objects.create_user("gestionnaire@caisse.example")
    UserScope.objects.create(
        user=user, caisse=convention.caisse, role="back_office_agent", first_day=clock.today()
    )
    return user


def filled_in(browser: Client, convention: Convention, journey: Journey) -> AccessRequest:
    """Open a request and answer every step, each left empty first."""
    asked: Answers = {"form": journey.form}
    if journey.for_a_site:
        asked["site"] = convention.sites.get().pk
    page = browser.post(f"/espace/conventions/{convention.pk}/demande/", asked)
    request = AccessRequest.objects.get()
    assert request.form_code == journey.form
    for number, answers in enumerate(journey.steps, start=1):
        assert page.url.endswith(f"/etape/{number}/")
        empty = browser.post(page.url, seen(request))
        assert empty.status_code == 422
        assert "À corriger avant de continuer" in words(empty)
        page = browser.post(page.url, answers | seen(request))
        assert page.status_code == 302, re.findall("field-error.*?<", words(page))
    assert page.url.endswith("/recapitulatif/")
    return request


@pytest.mark.parametrize("name", JOURNEYS)
def test_from_an_empty_form_to_an_accepted_request(
    name: str, opened: Callable[[Journey], Convention], browsing: Browsing, mail_to: Mail
) -> None:
    journey = JOURNEYS[name]
    convention = opened(journey)
    director = a_member("direction@structure.example", convention.partner)
    browser = browsing(director)
    request = filled_in(browser, convention, journey)
    summary = f"/espace/demandes/{request.pk}/recapitulatif/"
    read_over = words(browser.get(summary))
    assert ("ne porte pas de signature" in read_over) is not journey.signed
    sent = browser.post(summary, seen(request), follow=True)
    if journey.signed:
        coded = browser.post(f"/espace/demandes/{request.pk}/signature/envoi-du-code/")
        code = re.search(r"\b\d{6}\b", mail_to(director.email)[-1].body)
        assert code is not None
        sent = browser.post(coded.url, {"code": code[0]} | seen(request), follow=True)
    assert "est envoyée" in words(sent)

    desk = browsing(clerk_of(convention))
    desk.post(f"/demandes/{request.pk}/acceptation/", seen(request))
    decided = AccessRequest.objects.get()
    assert decided.status == "accepted"
    assert [user.decision for user in decided.users.all()] == ["accepted"] * journey.users


def test_the_profiles_stand_where_they_are_chosen(
    opened: Callable[[Journey], Convention], browsing: Browsing
) -> None:
    journey = JOURNEYS["eleven agents of a département"]
    convention = opened(journey)
    browser = browsing(a_member("direction@structure.example", convention.partner))
    request = filled_in(browser, convention, journey)
    page = words(browser.get(f"/espace/demandes/{request.pk}/etape/2/"))
    assert "en charge de la gestion et de l’instruction des recours contentieux" in page
    assert page.count("<option") > 6


def test_eleven_agents_are_printed_on_two_sheets_in_both_formats(
    opened: Callable[[Journey], Convention], browsing: Browsing
) -> None:
    journey = JOURNEYS["eleven agents of a département"]
    convention = opened(journey)
    browser = browsing(a_member("direction@structure.example", convention.partner))
    request = filled_in(browser, convention, journey)
    printed = browser.get(f"/espace/demandes/{request.pk}/feuille/")
    kept = browser.get(f"/espace/demandes/{request.pk}/feuille/?format=docx")
    assert ZipFile(io.BytesIO(kept.content)).testzip() is None
    for text in (pdf_text(printed.content), docx_text(kept.content)):
        assert "Feuillet 2 sur 2" in text
        assert all(
            f"agent{number}@structure.example" in text.replace(" ", "") for number in range(1, 12)
        )
    strange = browser.get(f"/espace/demandes/{request.pk}/feuille/?format=exe")
    assert strange.status_code == 404
