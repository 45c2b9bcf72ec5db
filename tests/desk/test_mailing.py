"""What the desk shows of messages: their catalogue, the ledger, and the addresses to correct."""

import re

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, Person, User
from notifications.bounces.addresses import declare_dead
from notifications.catalogue import kinds
from notifications.models import Message
from templates_conventions.catalogue import rulebooks
from tests.desk.pages import somebody, words
from workflows import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def lawyer(caisse: Caisse) -> Client:
    return somebody(caisse, "legal_officer")


def test_the_catalogue_tells_of_every_kind_to_whom_it_goes_and_when(lawyer: Client) -> None:
    page = words(lawyer.get("/courriels/modeles/"))
    for kind in kinds():
        for said in (kind.label, kind.leaves, *(whom.label for whom in kind.recipients)):
            assert said.replace("\N{NO-BREAK SPACE}", " ") in page


def test_a_kind_is_previewed_under_the_rules_of_the_type_asked_for(lawyer: Client) -> None:
    *_, last = rulebooks().values()
    address = "/courriels/modeles/user_review/"
    seen = words(lawyer.get(address, {"modele": last.code}))
    assert last.services[0].label.split()[0] in seen
    assert "Les mêmes mots sur papier" in seen
    assert words(lawyer.get(address, {"modele": "inconnu\0"})) == words(lawyer.get(address))
    assert lawyer.get("/courriels/modeles/inconnu/").status_code == 404


def test_the_page_of_a_mail_stands_in_a_frame_and_can_do_nothing(lawyer: Client) -> None:
    answer = lawyer.get("/courriels/modeles/sign_in_code/page/")
    assert "482913" in words(answer)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_an_agent_has_no_use_for_the_catalogue(caisse: Caisse) -> None:
    assert somebody(caisse, "back_office_agent").get("/courriels/modeles/").status_code == 403


@pytest.fixture
def bounced(convention: Convention) -> Message:
    """A reminder that came back, to somebody who works elsewhere."""
    gone = Person.objects.create(first_name="Sacha", last_name="Essai", email="parti@ecole.example")
    message = Message.objects.create(
        key="k",
        kind="request_returned",
        convention=convention,
        person=gone,
        created_at=clock.now(),
        sent_at=clock.now(),
        state="bounced",
        address=gone.email,
        subject="Il manque une pièce",
        text="Complétez la demande.",
        html="<p>Complétez la demande.</p>",
        problem="Revenu",
    )
    declare_dead(message, "Revenu")
    return message


def test_the_ledger_shows_what_was_sent_and_to_whom(caisse: Caisse, bounced: Message) -> None:
    reader = somebody(caisse, "auditor")
    for asked in ({}, {"q": "parti@"}, {"situation": "bounced"}, {"nature": "request_returned"}):
        assert "Sacha Essai" in words(reader.get("/courriels/", asked))
    day = {"du": "2024-02-01", "au": "2024-02-01"}
    assert "Sacha Essai" in words(reader.get("/courriels/", day))
    for asked in ({"q": "ailleurs"}, {"au": "2024-01-31"}, {"situation": "sent"}):
        assert "Aucun courriel ne répond" in words(reader.get("/courriels/", asked))
    assert "Cette date ne se lit pas" in words(reader.get("/courriels/", {"du": "hier"}), 422)
    seen = words(reader.get(f"/courriels/{bounced.pk}/"))
    assert "Complétez la demande." in seen
    assert "Revenu" in seen
    notes = words(reader.get(f"/conventions/{bounced.convention_id}/notes/"))
    assert "Il manque une pièce" in notes


def test_the_ledger_is_read_page_by_page(caisse: Caisse, bounced: Message) -> None:
    common = {"kind": "request_returned", "person": bounced.person, "created_at": clock.now()}
    Message.objects.bulk_create(
        Message(key=f"n{number}", convention=bounced.convention, **common) for number in range(60)
    )
    reader = somebody(caisse, "auditor")
    first = reader.get("/courriels/").content.decode()
    assert first.count('<th scope="row">') == 50
    following = re.search(r'rel="next" href="\?(avant=\d+)"', first)
    assert following is not None
    assert reader.get(f"/courriels/?{following[1]}").content.decode().count('scope="row"') == 11


def test_nobody_of_another_caisse_learns_of_a_message(bounced: Message) -> None:
    elsewhere = Caisse.objects.create(code="AILLEURS", name="Une autre caisse")
    stranger = somebody(elsewhere, "administrator")
    assert "Sacha" not in words(stranger.get("/courriels/"))
    dead = bounced.dead_addresses.get()
    for address in (f"{bounced.pk}/", f"{bounced.pk}/page/", f"adresses/{dead.pk}/"):
        assert stranger.get(f"/courriels/{address}").status_code == 404


def test_a_dead_address_is_a_task_until_somebody_corrects_it(
    caisse: Caisse, bounced: Message
) -> None:
    clerk = somebody(caisse, "back_office_agent")
    assert "1 adresse à corriger" in words(clerk.get("/"))
    dead = bounced.dead_addresses.get()
    page = f"/courriels/adresses/{dead.pk}/"
    assert "Sacha Essai" in words(clerk.get("/courriels/adresses/"))
    for wrong in ("", "pas une adresse", "x" * 300 + "@a.fr", "PARTI@ecole.example"):
        assert "À corriger avant de continuer" in words(clerk.post(page, {"address": wrong}), 422)
    clerk.post(page, {"address": "sacha@ecole.example"})
    assert Person.objects.get(pk=bounced.person_id).email == "sacha@ecole.example"
    assert "adresse à corriger" not in words(clerk.get("/"))
    assert clerk.post(page, {"vouch": "1"}).status_code == 404


def test_an_address_may_be_said_to_be_good_again(caisse: Caisse, bounced: Message) -> None:
    clerk = somebody(caisse, "back_office_agent")
    dead = bounced.dead_addresses.get()
    clerk.post(f"/courriels/adresses/{dead.pk}/", {"vouch": "1"})
    dead.refresh_from_db()
    assert dead.settled_by == User.objects.get(email="back_office_agent@caisse.example")
    assert Person.objects.get(pk=bounced.person_id).email == "parti@ecole.example"
