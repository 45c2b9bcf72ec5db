"""Somebody without an account asks on line, before any convention."""

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from contracts.models import Caisse, Partner, Person, User, UserScope
from contracts.services.conventions import draft_convention
from forms_annexes.models import PublicRequest
from forms_annexes.services import public_filling, public_purge
from forms_annexes.services.moving import StaleRequest
from forms_annexes.services.public_offer import SETTING, offers
from notifications.models import Message
from tests.forms_annexes.public.conftest import (
    CONTACT,
    ORGANISATION,
    PERSONS,
    PROVIDER,
    SENDER,
    begin,
    fill_pages,
    link_in,
    send_page,
    stored,
    text_of,
)
from tests.templates_conventions.matrix import CAF, MSA
from workflows import clock
from workflows.effect_worker import drain

pytestmark = pytest.mark.django_db

Mail = Callable[[str], list[Any]]


def test_it_counts_once_the_address_is_proved(
    open_caisse: Caisse, client: Client, mail_to: Mail
) -> None:
    assert "Commencer" in text_of(client.get("/demande/"))
    summary = fill_pages(client)
    page = text_of(client.get(summary))
    for words in ("214202798", "Commune d’Essai", "claude@commune.example", "Multi-accueil"):
        assert words in page
    assert send_page(client, summary).url == "/demande/envoyee/"
    public = PublicRequest.objects.get()
    assert (public.status, public.number) == ("unconfirmed", "")
    [message] = mail_to(SENDER)
    confirming = link_in(message.body, "demande/confirmation")
    assert "Confirmer la demande" in text_of(client.get(confirming))
    # Looking is not confirming: some mailboxes open every link.
    assert PublicRequest.objects.get().status == "unconfirmed"
    follow = client.post(confirming)
    public.refresh_from_db()
    assert (public.status, public.number) == ("received", "CAISSE1-DA-2024-00001")
    assert public.received_on == date(2024, 2, 1)
    acknowledged = mail_to(SENDER)[-1]
    assert public.number in acknowledged.subject
    assert link_in(acknowledged.body, "demande/suivi") == follow.url
    page = text_of(Client().get(follow.url))
    assert "Reçue le 1er février 2024" in page
    assert "claude@commune.example" not in page


def test_confirmed_twice_it_counts_once(filled: PublicRequest, mail_to: Mail) -> None:
    public = public_filling.send(filled)
    for _ in range(2):
        public_filling.confirm(public)
    assert [message.subject.split(" n° ")[0] for message in mail_to(SENDER)].count(
        "Nous avons reçu votre demande"
    ) <= 1
    assert Message.objects.filter(kind="public_request_received").count() == 1


def test_what_is_changed_after_the_sending_is_to_be_sent_again(
    filled: PublicRequest, client: Client, mail_to: Mail
) -> None:
    public_filling.send(filled)
    old = link_in(mail_to(SENDER)[-1].body, "demande/confirmation")
    public_filling.answer(filled, "scope", {"scope.establishments": "Relais d’Essai"})
    assert client.post(old).status_code == 404
    assert PublicRequest.objects.get().status == "unconfirmed"
    public_filling.send(filled)
    new = link_in(mail_to(SENDER)[-1].body, "demande/confirmation")
    assert client.post(old).status_code == 404
    assert client.post(new).status_code == 302


def test_nothing_changes_any_more_once_it_counts(received: PublicRequest, client: Client) -> None:
    with pytest.raises(StaleRequest):
        public_filling.answer(received, "scope", {"scope.establishments": "Autre"})
    token = public_filling.token_of(received, public_filling.FILL)
    page = client.post(f"/demande/{token}/etape/1/", ORGANISATION)
    assert page.url.startswith("/demande/suivi/")


def test_its_sender_withdraws_it(received: PublicRequest, client: Client) -> None:
    token = public_filling.token_of(received, public_filling.FOLLOW)
    assert "Retirer cette demande" in text_of(client.get(f"/demande/suivi/{token}/"))
    for _ in range(2):
        client.post(f"/demande/suivi/{token}/retrait/")
    assert PublicRequest.objects.get().status == "withdrawn"
    assert "Vous l’avez retirée" in text_of(client.get(f"/demande/suivi/{token}/"))


@pytest.mark.parametrize(
    "path",
    [
        "/demande/devinee/etape/1/",
        "/demande/devinee/recapitulatif/",
        "/demande/confirmation/devinee/",
        "/demande/suivi/devinee/",
    ],
)
def test_a_guessed_link_opens_a_calm_page(open_caisse: Caisse, client: Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert "/demande/" in text_of(page)


def test_a_link_opens_the_pages_of_its_own_purpose_only(
    received: PublicRequest, client: Client
) -> None:
    fill = public_filling.token_of(received, public_filling.FILL)
    assert client.get(f"/demande/suivi/{fill}/").status_code == 404
    assert client.get(f"/demande/confirmation/{fill}/").status_code == 404


# Which service, and which caisse.


def test_only_the_types_asked_on_line_are_offered(open_caisse: Caisse) -> None:
    open_caisse.settings = {SETTING: [CAF, *MSA]}
    open_caisse.save()
    assert [offer.rulebook.code for offer in offers()] == [CAF]


def test_a_caisse_that_closed_its_page_offers_nothing(open_caisse: Caisse, client: Client) -> None:
    open_caisse.settings = {SETTING: []}
    open_caisse.save()
    assert "Aucune caisse ne reçoit" in text_of(client.get("/demande/"))


def test_without_a_setting_a_caisse_takes_what_it_practises(
    open_caisse: Caisse, partner: Partner
) -> None:
    open_caisse.settings = {}
    open_caisse.save()
    assert offers() == []
    draft_convention(caisse=open_caisse, partner=partner, rulebook_code=CAF)
    assert [offer.caisses for offer in offers()] == [(open_caisse,)]


@pytest.mark.parametrize("wrong", [CAF, [1], {"codes": []}, None])
def test_a_caisse_whose_setting_cannot_be_read_is_left_out_calmly(
    open_caisse: Caisse, client: Client, caplog: pytest.LogCaptureFixture, wrong: Any
) -> None:
    other = Caisse.objects.create(
        code="CAISSE2", name="Autre caisse d’essai", departments=["59"], settings={SETTING: [CAF]}
    )
    address = begin(client).url
    open_caisse.settings = {SETTING: wrong}
    open_caisse.save()
    page = client.get("/demande/")
    assert page.status_code == 200
    assert [offer.caisses for offer in offers()] == [(other,)]
    assert begin(client).status_code == 422
    assert "CAISSE1" in caplog.text
    # A page already begun goes on answering, and changes nothing of the other caisse.
    other.delete()
    assert client.get(address, follow=True).status_code == 200


def test_an_unreadable_setting_is_told_to_who_administers_the_caisse(
    open_caisse: Caisse, browsing: Callable[[User], Client]
) -> None:
    administrator = User.objects.create_user("administrateur@caisse.example")
    UserScope.objects.create(
        user=administrator, caisse=open_caisse, role="administrator", first_day=clock.today()
    )
    desk = browsing(administrator)
    assert "Réglages illisibles" not in text_of(desk.get("/etat/"))
    open_caisse.settings = {SETTING: CAF}
    open_caisse.save()
    page = text_of(desk.get("/etat/"))
    assert "Réglages illisibles" in page
    assert f"Réglage « {SETTING} » illisible (CAISSE1)" in page


def test_the_departement_leads_to_its_caisse(open_caisse: Caisse, client: Client) -> None:
    other = Caisse.objects.create(
        code="CAISSE2", name="Autre caisse", departments=["59"], settings={SETTING: [CAF]}
    )
    assert "62 - Pas-de-Calais" in text_of(client.get("/demande/"))
    assert begin(client, departement="59").status_code == 302
    assert PublicRequest.objects.get().caisse == other


def test_between_several_caisses_of_a_departement_the_person_chooses(
    open_caisse: Caisse, client: Client
) -> None:
    other = Caisse.objects.create(
        code="CAISSE2", name="Autre caisse", departments=["62"], settings={SETTING: [CAF]}
    )
    asked = begin(client)
    assert asked.status_code == 422
    assert "Choisissez la caisse" in text_of(asked)
    assert begin(client, caisse=str(other.pk)).status_code == 302
    assert PublicRequest.objects.get().caisse == other


@pytest.mark.parametrize(
    "changes",
    [{"service": ""}, {"service": "autre"}, {"departement": ""}, {"departement": "59"}],
)
def test_a_choice_that_is_not_offered_is_refused_beside_its_field(
    open_caisse: Caisse, client: Client, changes: dict[str, str]
) -> None:
    page = begin(client, **changes)
    assert page.status_code == 422
    assert f'id="id_{next(iter(changes))}_error"' in page.content.decode()
    assert not PublicRequest.objects.exists()


# What is typed.


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"siret": "21420279800011", "partner_kind": "commune"}, "siret"),
        ({"siret": "", "partner_kind": "commune"}, "siret"),
        ({"siret": "214 202 798 00010", "partner_kind": ""}, "partner_kind"),
        ({"siret": "9" * 60, "partner_kind": "commune"}, "siret"),
    ],
)
def test_a_wrong_organisation_is_refused_beside_its_field(
    open_caisse: Caisse, client: Client, given: dict[str, str], field: str
) -> None:
    address = begin(client).url
    page = client.post(address, given)
    assert page.status_code == 422
    assert f'id="id_{field}_error"' in page.content.decode()
    assert PublicRequest.objects.get().siret == ""


def test_a_young_association_has_no_siret_yet(open_caisse: Caisse, client: Client) -> None:
    address = begin(client).url
    assert client.post(address, {"siret": "", "partner_kind": "association"}).status_code == 302


def test_what_is_missing_is_listed_before_the_sending(open_caisse: Caisse, client: Client) -> None:
    address = begin(client).url
    client.post(address, ORGANISATION)
    summary = address.replace("/etape/1/", "/recapitulatif/")
    page = text_of(client.get(summary))
    assert "Avant d’envoyer, complétez" in page
    assert "/etape/4/" in page
    assert client.post(summary, {"question_1": "5"}).status_code == 422
    assert not Message.objects.exists()


def test_a_wrong_answer_to_the_question_sends_nothing(open_caisse: Caisse, client: Client) -> None:
    summary = fill_pages(client)
    page = send_page(client, summary, question_1="99")
    assert page.status_code == 422
    assert "La réponse n’est pas la bonne" in text_of(page)
    assert not Message.objects.exists()


NUMBERS = ["295109912611193", "2 95 10 99 126 111 93", "2951099126111", "2 53 07 2B 073 004 70"]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_social_security_number_is_kept_nowhere(
    open_caisse: Caisse, client: Client, caplog: pytest.LogCaptureFixture, number: str
) -> None:
    address = begin(client).url
    pages = [
        ("/etape/2/", PROVIDER | {"provider_address": f"2 place, {number}"}),
        ("/etape/3/", {"scope_establishments": f"Relais {number}"}),
        ("/etape/4/", PERSONS | {"n2-user_establishments": number}),
        ("/etape/5/", CONTACT | {"last_name": number}),
    ]
    with caplog.at_level(logging.DEBUG):
        for page, given in pages:
            answer = client.post(address.replace("/etape/1/", page), given)
            assert answer.status_code == 422, page
            assert "sécurité sociale" in text_of(answer)
    assert number not in stored()
    assert number not in caplog.text


def test_the_services_refuse_a_social_security_number_too(filled: PublicRequest) -> None:
    with pytest.raises(ValidationError, match="sécurité sociale"):
        public_filling.answer(filled, "user", [{"user.last_name": NUMBERS[0]}])
    with pytest.raises(ValidationError, match="sécurité sociale"):
        public_filling.set_contact(filled, first_name=NUMBERS[3], last_name="Exemple", email=SENDER)
    assert NUMBERS[0] not in stored()


# Machines, and too much at once.


def test_what_fills_in_every_box_gets_the_same_thanks_and_nothing_is_kept(
    open_caisse: Caisse, client: Client
) -> None:
    assert begin(client, site_internet="https://exemple.example").url == "/demande/envoyee/"
    assert not PublicRequest.objects.exists()
    summary = fill_pages(client)
    trapped = send_page(client, summary, site_internet="https://exemple.example")
    assert trapped.url == "/demande/envoyee/"
    assert not PublicRequest.objects.exists()
    assert not Person.objects.exists()
    assert not Message.objects.exists()
    assert "Regardez votre messagerie" in text_of(client.get(trapped.url))


def test_too_many_begun_from_one_place_are_answered_calmly(
    open_caisse: Caisse, client: Client
) -> None:
    for _ in range(20):
        assert begin(client).status_code == 302
    page = begin(client)
    assert page.status_code == 429
    assert "attendez une heure" in text_of(page)
    assert PublicRequest.objects.count() == 20


def test_too_many_messages_to_one_address_are_answered_calmly(
    open_caisse: Caisse, client: Client
) -> None:
    summary = fill_pages(client)
    for _ in range(3):
        assert send_page(client, summary).status_code == 302
    assert send_page(client, summary).status_code == 429
    assert Message.objects.count() == 3


# What nobody confirms.


def test_what_nobody_confirmed_is_forgotten_after_a_week(
    filled: PublicRequest, today: Callable[[str], None], mail_to: Mail
) -> None:
    public_filling.send(filled)
    assert mail_to(SENDER)
    today("2024-02-08")
    assert public_purge.purge_unconfirmed(clock.today()) == 0
    today("2024-02-09")
    assert public_purge.purge_unconfirmed(clock.today()) == 1
    assert not PublicRequest.objects.exists()
    assert not Person.objects.exists()
    assert not Message.objects.exists()


def test_a_message_that_had_not_left_does_not_leave_after_the_purge(
    filled: PublicRequest, today: Callable[[str], None], mailoutbox: list[Any]
) -> None:
    public_filling.send(filled)
    Message.objects.update(state="pending")
    today("2024-02-09")
    public_purge.purge_unconfirmed(clock.today())
    drain()
    assert "Exemple" not in repr(list(Person.objects.values()))
    assert {message.state for message in Message.objects.all()} <= {"cancelled"}


def test_what_was_confirmed_stays(received: PublicRequest, today: Callable[[str], None]) -> None:
    today("2026-02-01")
    assert public_purge.purge_unconfirmed(clock.today()) == 0
    assert PublicRequest.objects.get().status == "received"
