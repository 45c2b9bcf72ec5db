"""The pages of declarations: what they show, whose they are, what they answer when late."""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Caisse, Convention, Partner, User, UserScope
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from forms_annexes.declarations.kinds import kind_of, kinds
from forms_annexes.models import Declaration
from forms_annexes.services import declaring, handling
from forms_annexes.services.declaring import Told
from templates_conventions.catalogue import rulebook
from tests.forms_annexes.files import a_pdf
from tests.portfolio import record
from workflows import clock

pytestmark = pytest.mark.django_db

Browsing = Callable[[User], Client]
Move = Callable[[str], None]

NIR = "2 95 10 99 126 111 93"
OPPOSITION = {
    "declared_on": "01/02/2024",
    "right": "opposition",
    "reference": "OPP-2024-001",
    "form_token": "6f7ad7f6-6a0c-4b7e-9a4d-1f3c5e8b2a10",
}
BREACH = {
    "aware_on": "31/01/2024",
    "aware_time": "9:30",
    "nature": "lost_device",
    "certainty": "suspected",
    "description": "Un poste volé.",
    "form_token": "8d9a2f3e-0f5b-4c58-b0d2-6a1e7c4f9b21",
}


def words(page: Any) -> str:
    """The text of a page, as it reads."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", page.content.decode(), flags=re.S)
    return re.sub(r"[\s\N{NO-BREAK SPACE}]+", " ", text)


def choose(convention: Convention) -> str:
    return f"/espace/conventions/{convention.pk}/declarer/"


def kind_page(convention: Convention, kind: str) -> str:
    return f"{choose(convention)}{kind_of(kind).slug}/"


def a_file(name: str = "piece.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_pdf(), "application/pdf")


@pytest.fixture
def opposition(in_force: Convention, director: User) -> Declaration:
    """An opposition just declared."""
    told = Told({"right": "opposition", "reference": "OPP-2024-001"}, date(2024, 2, 1))
    return declaring.declare(in_force, kind_of("right_request"), director, told)


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """All that anybody logs."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def test_the_page_offers_what_is_possible_and_explains_the_rest(
    in_force: Convention, director: User, browsing: Browsing
) -> None:
    page = words(browsing(director).get(choose(in_force)))
    possible, impossible = page.split("Ce qui n’est pas possible aujourd’hui")
    assert "s’oppose à la consultation de ses données" in possible
    assert "article 6-3 de la convention" in possible
    assert "RGPD, article 33" in possible
    assert "Cette convention ne demande pas d’attestation." in impossible
    assert "Aucune liste n’attend votre réponse." in impossible


def test_an_opposition_goes_with_a_reference_alone_by_the_secure_channel_of_the_caisse(
    in_force: Convention, director: User, clerk: User, browsing: Browsing
) -> None:
    browser, path = browsing(director), kind_page(in_force, "right_request")
    assert "demandez-le-lui par téléphone" in words(browser.get(path))
    Caisse.objects.update(settings={"declarations": {"secure_channel": "Messagerie Essai"}})
    asked = words(browser.get(path))
    assert "Le canal sûr de la caisse : Messagerie Essai" in asked
    assert "motifs légitimes" in asked
    sent = browser.post(path, OPPOSITION, follow=True)
    shown = words(sent)
    assert "CAISSE1-DC-2024-00001 est envoyée à Caisse d’essai" in shown
    assert "Messagerie Essai" in shown
    assert browser.post(path, OPPOSITION).url == sent.redirect_chain[0][0]
    assert Declaration.objects.count() == 1
    desk = browsing(clerk)
    assert "Opposition, accès ou rectification" in words(desk.get("/declarations/"))
    assert "Déclarations 1 en attente" in words(desk.get("/conventions/"))
    one = Declaration.objects.get()
    done = desk.post(
        f"/declarations/{one.pk}/traitement/",
        {"handled_on": "01/02/2024", "note": "", "seen_revision": 0},
        follow=True,
    )
    assert "est traitée" in words(done)
    assert "Traitée le 1er février 2024" in words(browser.get(f"/espace/declarations/{one.pk}/"))


@pytest.mark.parametrize("reference", [NIR, "DUPONT"])
def test_what_names_a_person_is_refused_beside_its_field_stored_nowhere_and_logged_nowhere(
    in_force: Convention,
    director: User,
    browsing: Browsing,
    logged: list[str],
    reference: str,
) -> None:
    said = OPPOSITION | {"reference": reference}
    page = browsing(director).post(kind_page(in_force, "right_request"), said)
    assert page.status_code == 422
    assert 'id="id_reference_error"' in page.content.decode()
    assert not Declaration.objects.exists()
    assert not [line for line in logged if reference in line]


def test_a_file_whose_name_holds_a_social_security_number_is_refused(
    in_force: Convention, director: User, browsing: Browsing
) -> None:
    said = BREACH | {"piece": a_file(f"{NIR.replace(' ', '')}.pdf")}
    page = browsing(director).post(kind_page(in_force, "breach"), said)
    assert page.status_code == 422
    assert "numéro de sécurité sociale" in words(page)
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("kind", [kind.code for kind in kinds() if not kind.page])
def test_an_empty_or_senseless_form_comes_back_with_its_faults(
    in_force: Convention, director: User, browsing: Browsing, kind: str
) -> None:
    browser, path = browsing(director), kind_page(in_force, kind)
    senseless = dict.fromkeys(
        ["declared_on", "aware_on", "aware_time", "site", "right", "nature", "form_token"], "\0💥"
    )
    for said in ({}, senseless, senseless | {"piece": "text"}):
        page = browser.post(path, said)
        assert page.status_code in (409, 422)
    assert not Declaration.objects.exists()


def test_a_breach_counts_its_hours_for_the_staff_and_stands_in_the_register(
    in_force: Convention, director: User, caisse: Caisse, browsing: Browsing, today: Move
) -> None:
    browsing(director).post(kind_page(in_force, "breach"), BREACH | {"piece": a_file()})
    sent = Declaration.objects.get()
    assert sent.aware_at == datetime(2024, 1, 31, 9, 30, tzinfo=clock.PARIS)
    dpo = User.objects.create_user("dpo@caisse.example")
    UserScope.objects.create(user=dpo, caisse=caisse, role="dpo", first_day=clock.today())
    desk = browsing(dpo)
    # Known on 31 January at 9 h 30: 26 hours and a half have passed at noon on 1 February.
    assert "72 h : encore 45 heures" in words(desk.get("/declarations/"))
    page = words(desk.get(f"/declarations/{sent.pk}/"))
    assert "jusqu’au 3 février 2024 à 9 h 30" in page
    assert "encore 72 heures" in page
    today("2024-02-04")
    assert "dépassées depuis 26 heures" in words(desk.get(f"/declarations/{sent.pk}/"))
    done = {"handled_on": "04/02/2024", "note": "Notifiée à la CNIL.", "seen_revision": 0}
    told = desk.post(f"/declarations/{sent.pk}/traitement/", done, follow=True)
    assert "Notifiée à la CNIL." in words(told)
    assert sent.number not in words(desk.get("/declarations/"))
    register = "/declarations/?objet=violation-de-donnees&etat=toutes"
    assert sent.number in words(desk.get(register))
    assert "traitée le 04/02/2024" in words(desk.get(register))


def test_the_notice_page_says_what_ends_the_convention_and_until_when(
    in_force: Convention, director: User, browsing: Browsing, today: Move
) -> None:
    browser, path = browsing(director), kind_page(in_force, "notice")
    page = words(browser.get(path))
    assert "Cette déclaration en ligne n’est pas la dénonciation." in page
    assert "lettre recommandée avec avis de réception" in page
    assert "article 9-1" in page
    assert "dernier jour en vigueur le 31 janvier 2025" in page
    assert "Dernier jour d’envoi d’une dénonciation : 31 octobre 2024" in page
    today("2024-12-01")
    late = words(browser.get(path))
    assert "Une lettre partie aujourd’hui ne mettrait pas fin à la convention." in late
    assert "La dénonciation est tardive" in late
    assert "Dernier jour d’envoi d’une dénonciation : 31 octobre 2025" in late


def test_where_reception_counts_the_page_gives_the_last_day_of_reception(
    caisse: Caisse, partner: Partner, director: User, today: Move, browsing: Browsing
) -> None:
    published, _ = publish(rulebook("mon-enfant-caf-pas-de-calais"))
    opened = draft_convention(caisse=caisse, partner=partner, rulebook_code=published.code)
    record(opened, "document_date", "2024-02-01")
    record(opened, "signature", "2024-02-01", party="partner")
    record(opened, "signature", "2024-02-01", party="caisse")
    opened.refresh_from_db()
    assert opened.state == "active"
    page = words(browsing(director).get(kind_page(opened, "notice")))
    assert "Dernier jour de réception d’une dénonciation : 31 octobre 2024" in page
    assert "dernier jour en vigueur le 31 janvier 2025" in page


def test_an_intention_to_give_notice_says_that_the_letter_is_still_to_be_posted(
    in_force: Convention, director: User, clerk: User, browsing: Browsing
) -> None:
    token = {"form_token": "0c1f7e0a-52a1-4a36-8d6d-8a6f3b8a9e77"}
    browser, path = browsing(director), kind_page(in_force, "notice")
    assert "Cochez cette case" in words(browser.post(path, token))
    sent = words(browser.post(path, token | {"understood": "on"}, follow=True))
    assert "Elle ne met pas fin à la convention : postez maintenant la lettre." in sent
    assert "De vous : la lettre que la convention demande." in sent
    one = Declaration.objects.get()
    desk = browsing(clerk).get(f"/declarations/{one.pk}/").content.decode()
    assert f"/conventions/{in_force.pk}/evenements/notice/" in desk
    again = browser.post(path, {"form_token": "5bd3c1c2-8f7b-4be0-9d4f-2a2f4b4c6d11"})
    assert again.status_code in (409, 422)
    twice = {"form_token": "5bd3c1c2-8f7b-4be0-9d4f-2a2f4b4c6d11", "understood": "on"}
    assert browser.post(path, twice).status_code == 409


def test_two_agents_at_once_the_second_is_told(
    opposition: Declaration, caisse: Caisse, clerk: User, browsing: Browsing
) -> None:
    other = User.objects.create_user("autre@caisse.example")
    UserScope.objects.create(
        user=other, caisse=caisse, role="back_office_agent", first_day=clock.today()
    )
    path = f"/declarations/{opposition.pk}/"
    done = {"handled_on": "01/02/2024", "seen_revision": 0}
    assert browsing(clerk).post(f"{path}traitement/", done).status_code == 302
    late = browsing(other).post(f"{path}retour/", {"comment": "Précisez.", "seen_revision": 0})
    assert late.status_code == 409
    assert path in late.content.decode()
    assert Declaration.objects.get().return_comment == ""


def test_a_returned_declaration_is_completed_with_what_was_already_said(
    in_force: Convention, director: User, clerk: User, browsing: Browsing
) -> None:
    told = Told({"subject": "Durée", "details": "Trois ans."})
    sent = declaring.declare(in_force, kind_of("avenant"), director, told)
    path = f"/espace/declarations/{sent.pk}/"
    browser = browsing(director)
    assert browser.get(f"{path}complement/").status_code == 409
    handling.give_back(sent, clerk, "Dites à partir de quand.")
    assert "Dites à partir de quand." in words(browser.get(path))
    page = browser.get(f"{path}complement/")
    assert "Trois ans." in page.content.decode()
    more = {
        "subject": "Durée",
        "details": "Trois ans, dès janvier.",
        "form_token": sent.form_token,
    }
    stale = browser.post(f"{path}complement/", more | {"seen_revision": 0})
    assert stale.status_code == 409
    again = browser.post(f"{path}complement/", more | {"seen_revision": 1}, follow=True)
    assert "Trois ans, dès janvier." in words(again)
    taken = browser.post(f"{path}retrait/", {"seen_revision": 2}, follow=True)
    assert "est retirée" in words(taken)
    assert browser.post(f"{path}retrait/", {"seen_revision": 3}).status_code == 409


def test_staff_enter_what_came_on_paper_with_its_day_and_its_scan(
    in_force: Convention, director: User, clerk: User, browsing: Browsing
) -> None:
    desk = browsing(clerk)
    assert "Demande d’avenant" in words(desk.get(f"/conventions/{in_force.pk}/declaration/"))
    path = f"/conventions/{in_force.pk}/declaration/demande-d-avenant/"
    said = {
        "channel": "paper",
        "received_on": "02/02/2024",
        "subject": "Durée",
        "details": "Trois ans.",
        "form_token": "2b6d2a54-7a8e-4a5d-9a39-30b6a4f9d0c3",
    }
    refused = desk.post(path, said)
    assert refused.status_code == 422
    assert "Choisissez le fichier du courrier." in words(refused)
    refused = desk.post(path, said | {"piece": a_file()})
    assert "est à venir" in words(refused)
    on_time = said | {"received_on": "31/01/2024", "piece": a_file("courrier.pdf")}
    entered = desk.post(path, on_time, follow=True)
    assert "courrier.pdf" in words(entered)
    one = Declaration.objects.get()
    assert (one.channel, one.received_on, one.created_by) == ("paper", date(2024, 1, 31), clerk)
    piece = one.pieces.get()
    given = desk.get(f"/declarations/{one.pk}/pieces/{piece.pk}/")
    assert b"".join(given.streaming_content) == a_pdf()
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert "sur papier" in words(browsing(director).get(f"/espace/declarations/{one.pk}/"))


def test_a_setting_that_cannot_be_read_is_as_if_it_were_not(
    in_force: Convention, director: User, browsing: Browsing, logged: list[str]
) -> None:
    Caisse.objects.update(settings={"declarations": {"secure_channel": ["?"]}})
    page = browsing(director).get(kind_page(in_force, "right_request"))
    assert "demandez-le-lui par téléphone" in words(page)
    assert any("secure_channel" in line for line in logged)
