"""The caisse decides what was asked on line: it refuses, or drafts the convention."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from contracts.models import Caisse, Convention, Partner, PartnerMembership, Site, User
from forms_annexes.models import AccessRequest, Invitation, PublicRequest
from forms_annexes.services import instructing, public_filling
from forms_annexes.services.moving import RequestRefused, StaleRequest
from forms_annexes.services.public_offer import Offer
from forms_annexes.services.public_preparing import AlreadyConcluded, prepare, refuse
from tests.forms_annexes.public.conftest import SENDER, SIRET, an_agent, fill, link_in, text_of
from tests.templates_conventions.matrix import CAF

pytestmark = pytest.mark.django_db

Browsing = Callable[[User], Client]
Mail = Callable[[str], list[Any]]


def test_it_becomes_a_draft_with_its_structures_and_the_persons_named(
    received: PublicRequest, agent: User, today: Callable[[str], None]
) -> None:
    today("2024-02-05")
    convention = prepare(received, agent)
    assert (convention.state, convention.rulebook_code) == ("draft", CAF)
    partner = convention.partner
    assert (partner.name, partner.siret, partner.kind) == ("Commune d’Essai", SIRET, "commune")
    assert partner.address == "2 place de l’Essai\n62000 Essai"
    names = set(convention.sites.values_list("name", flat=True))
    assert names == {"Relais d’Essai", "Multi-accueil d’Essai"}
    request = AccessRequest.objects.get()
    assert (request.status, request.channel) == ("submitted", "online")
    assert (request.number, request.received_on) == ("CAISSE1-DA-2024-00001", date(2024, 2, 1))
    assert [(user.last_name, user.email) for user in request.users.order_by("position")] == [
        ("Exemple", "claude@commune.example"),
        ("Essai", "dominique@commune.example"),
    ]
    assert [(act.kind, act.on) for act in convention.acts.all()] == [
        ("prior_request", date(2024, 2, 1))
    ]
    public = PublicRequest.objects.get()
    assert (public.status, public.convention, public.access_request) == (
        "prepared",
        convention,
        request,
    )


def test_prepared_twice_it_is_one_draft(received: PublicRequest, agent: User) -> None:
    assert prepare(received, agent) == prepare(received, agent)
    assert [model.objects.count() for model in (Convention, Partner, AccessRequest)] == [1, 1, 1]
    assert Invitation.objects.count() == 1


def test_the_sender_comes_in_by_the_invitation_and_the_agent_accepts(
    received: PublicRequest, agent: User, browsing: Browsing, mail_to: Mail
) -> None:
    convention = prepare(received, agent)
    address = link_in(mail_to(SENDER)[-1].body + mail_to(SENDER)[-2].body, "invitation")
    mine = browsing(User.objects.get(email=SENDER))
    assert "SIRET" in text_of(mine.get(address))
    request = AccessRequest.objects.get()
    landed = mine.post(address, {"siret": SIRET})
    assert landed.url == f"/espace/demandes/{request.pk}/"
    assert request.number in text_of(mine.get(landed.url))
    assert PartnerMembership.objects.get().partner == convention.partner
    assert instructing.accept(request, agent).status == "accepted"


def test_a_partner_known_by_its_number_is_taken_and_not_entered_again(
    received: PublicRequest, agent: User, browsing: Browsing
) -> None:
    known = Partner.objects.create(name="Ville d’Essai", kind="commune", siren=SIRET[:9])
    site = Site.objects.create(partner=known, name="RELAIS D’ESSAI")
    page = text_of(browsing(agent).get(f"/premieres-demandes/{received.pk}/"))
    assert "déjà connu" in page
    with pytest.raises(RequestRefused, match="déjà connu"):
        prepare(received, agent)
    convention = prepare(received, agent, partner=known)
    assert convention.partner == known
    assert site in convention.sites.all()
    assert Partner.objects.count() == 1
    assert Site.objects.count() == 2


def test_somebody_else_s_partner_is_not_taken(received: PublicRequest, agent: User) -> None:
    other = Partner.objects.create(name="Autre", kind="commune", siren="227700010")
    with pytest.raises(RequestRefused):
        prepare(received, agent, partner=other)
    assert not Convention.objects.exists()


def test_a_partner_of_the_same_name_is_shown_and_the_agent_says(
    received: PublicRequest, agent: User, browsing: Browsing
) -> None:
    same = Partner.objects.create(name="commune d’essai", kind="commune")
    desk = browsing(agent)
    page = f"/premieres-demandes/{received.pk}/"
    assert "Est-ce lui" in text_of(desk.get(page))
    unsaid = desk.post(f"{page}convention/")
    assert unsaid.status_code == 422
    assert not Convention.objects.exists()
    done = desk.post(f"{page}convention/", {"partner_choice": str(same.pk)})
    convention = Convention.objects.get()
    assert done.url == f"/conventions/{convention.pk}/"
    assert convention.partner == same


def test_a_second_convention_for_the_same_establishments_wants_a_word(
    received: PublicRequest, agent: User, offer: Offer, open_caisse: Caisse
) -> None:
    first = prepare(received, agent)
    again = public_filling.confirm(public_filling.send(fill(offer, open_caisse)))
    with pytest.raises(AlreadyConcluded, match=first.number):
        prepare(again, agent, partner=first.partner)
    assert PublicRequest.objects.get(pk=again.pk).status == "received"
    assert prepare(again, agent, partner=first.partner, again=True) != first


def test_a_failure_half_way_leaves_nothing(
    received: PublicRequest, agent: User, open_caisse: Caisse
) -> None:
    # The sender became one of the staff since: no invitation may go to them.
    an_agent(SENDER, open_caisse)
    with pytest.raises(ValidationError, match="agent"):
        prepare(received, agent)
    for model in (Convention, Partner, Site, AccessRequest):
        assert not model.objects.exists()
    assert PublicRequest.objects.get().status == "received"


def test_it_is_refused_with_a_reason_that_its_sender_reads(
    received: PublicRequest, agent: User, browsing: Browsing, mail_to: Mail
) -> None:
    desk = browsing(agent)
    page = f"/premieres-demandes/{received.pk}/"
    assert desk.post(f"{page}refus/", {"reason": "", "note": ""}).status_code == 422
    assert desk.post(f"{page}refus/", {"reason": "other", "note": ""}).status_code == 422
    nir = {"reason": "other", "note": "Voir 295109912611193"}
    assert desk.post(f"{page}refus/", nir).status_code == 422
    given = {"reason": "other_caisse", "note": "Adressez-vous à la caisse voisine."}
    assert desk.post(f"{page}refus/", given).url == "/premieres-demandes/"
    message = mail_to(SENDER)[-1]
    assert "relèvent d’une autre caisse" in message.body.replace("\xa0", " ")
    follow = Client().get(link_in(message.body, "demande/suivi"))
    assert "caisse voisine" in text_of(follow)
    # Too late for another decision.
    assert desk.post(f"{page}refus/", given).status_code == 409
    assert desk.post(f"{page}convention/", {"partner_choice": "new"}).status_code == 409
    with pytest.raises(StaleRequest):
        prepare(received, agent)


def test_a_request_withdrawn_is_not_decided(received: PublicRequest, agent: User) -> None:
    public_filling.withdraw(received)
    with pytest.raises(StaleRequest):
        refuse(received, agent, "unverified")
    with pytest.raises(StaleRequest):
        prepare(received, agent)


# Who sees what.


def test_the_agents_of_the_caisse_see_it_and_nobody_else(
    received: PublicRequest, agent: User, open_caisse: Caisse, browsing: Browsing
) -> None:
    page = f"/premieres-demandes/{received.pk}/"
    assert received.number in text_of(browsing(agent).get("/premieres-demandes/"))
    assert "Premières demandes" in text_of(browsing(agent).get("/demandes/"))
    assert "claude@commune.example" in text_of(browsing(agent).get(page))
    elsewhere = Caisse.objects.create(code="CAISSE2", name="Autre caisse")
    others = [
        an_agent("autre@caisse.example", elsewhere),
        an_agent("autre-service@caisse.example", open_caisse, services=["psu"]),
        User.objects.create_user("direction@creche.example"),
    ]
    for user in others:
        browser = browsing(user)
        assert browser.get(page).status_code == 404
        assert browser.post(f"{page}refus/", {"reason": "unverified"}).status_code == 404
        assert browser.post(f"{page}convention/").status_code == 404
        assert received.number not in text_of(browser.get("/premieres-demandes/"))
    auditor = browsing(an_agent("audit@caisse.example", open_caisse, role="auditor"))
    assert "Décider" not in text_of(auditor.get(page))
    assert "Premières demandes" in text_of(auditor.get("/demandes/"))
    assert auditor.post(f"{page}refus/", {"reason": "unverified"}).status_code == 403
    assert auditor.post(f"{page}convention/").status_code == 403
    assert Client().get(page).status_code == 302
    assert browsing(agent).get(f"/premieres-demandes/{10**30}/").status_code == 404


def test_what_nobody_confirmed_does_not_exist_for_the_caisse(
    filled: PublicRequest, agent: User, browsing: Browsing
) -> None:
    public_filling.send(filled)
    assert browsing(agent).get(f"/premieres-demandes/{filled.pk}/").status_code == 404
    assert "Aucune n’attend" in text_of(browsing(agent).get("/premieres-demandes/"))


# What must never be.


@pytest.mark.parametrize(
    "change",
    [
        {"status": "unconfirmed"},
        {"number": ""},
        {"contact": None},
        {"status": "refused"},
        {"status": "prepared"},
        {"status": "autre"},
        {"siret": "123"},
    ],
)
def test_the_database_refuses_a_row_that_says_two_things(
    received: PublicRequest, change: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicRequest.objects.filter(pk=received.pk).update(**change)
