"""A clerk's queue and the page of one request, with many persons, by keyboard and on a phone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from contracts.models import Caisse, Partner, PartnerMembership, User, UserScope
from contracts.services.conventions import draft_convention
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling
from templates_conventions.catalogue import rulebook
from tests.browser.test_request_pages import LONG, fits, signed_in
from tests.documents import RSACG
from tests.forms_annexes.eleven_agents import named
from tests.portfolio import record
from workflows import clock


@pytest.fixture
def eleven(live_server: LiveServer) -> Iterator[AccessRequest]:
    """A request for eleven agents, received three days ago."""
    day = clock.start_of_day(clock.today())
    original = clock.install(lambda: day - timedelta(days=3) + timedelta(hours=10))
    published = publish(rulebook(RSACG))[0]
    caisse = Caisse.objects.create(code="EXEMPLE", name="Caisse d’Exemple")
    partner = Partner.objects.create(name=LONG + "CCAS", kind="ccas", address="1 rue de l’Essai")
    convention = draft_convention(caisse=caisse, partner=partner, rulebook_code=published.code)
    today = clock.today().isoformat()
    record(convention, "document_received", today, document="delegation")
    member = User.objects.create_user("direction@ccas.example", first_name="Dominique")
    PartnerMembership.objects.create(
        user=member, partner=partner, role="director", first_day=clock.today()
    )
    for email, role in (("agent", "back_office_agent"), ("juriste", "legal_officer")):
        user = User.objects.create_user(
            f"{email}@caisse.example", first_name=email.capitalize(), last_name="Exemple"
        )
        UserScope.objects.create(user=user, caisse=caisse, role=role, first_day=clock.today())
    request = filling.start(convention, member)
    header = {
        "requester.name": partner.name,
        "requester.address": partner.address,
        "requester.dated_on": today,
    }
    filling.answer(request, "requester", header)
    filling.answer(request, "user", [named(number) for number in range(1, 12)])
    filling.send(request, member)
    clock.install(lambda: day + timedelta(hours=10))
    yield request
    clock.install(original)


def test_a_clerk_takes_gives_back_and_decides_and_a_lawyer_reopens(
    eleven: AccessRequest, context: BrowserContext, live_server: LiveServer
) -> None:
    page = signed_in(context, live_server, "agent@caisse.example")
    page.goto("/demandes/")
    expect(page.get_by_text("il y a 3 jours")).to_be_visible()
    fits(page)
    page.get_by_label("En charge").select_option("À personne")
    page.get_by_role("button", name="Choisir").click()
    expect(page.get_by_role("list", name="Filtres choisis")).to_contain_text("À personne")
    fits(page)
    page.get_by_role("link", name="Retirer le filtre").click()
    page.get_by_role("rowheader").get_by_role("link").click()
    fits(page)
    page.get_by_role("button", name="Prendre en charge").click()
    expect(page.get_by_text("Vous avez cette demande en charge")).to_be_visible()

    page.get_by_role("link", name="Corriger : Nom (Claude Exemple A)").click()
    fits(page)
    page.get_by_label("Nom :").fill("Exemple AA")
    page.get_by_label("Quelle faute").fill("Lettre oubliée.")
    page.get_by_role("button", name="Corriger la réponse").click()
    expect(page.get_by_text("Motif : Lettre oubliée.")).to_be_visible()

    page.get_by_text("Rendre pour complément").click()
    fits(page)
    page.get_by_role("group", name="Claude Exemple B").get_by_label("Adresse mail").first.check()
    page.get_by_label("Ce qui est attendu : Adresse mail (Claude Exemple B)").fill("À son nom.")
    page.get_by_role("button", name="Rendre la demande").click()
    expect(page.get_by_text("est rendue pour complément")).to_be_visible()
    fits(page)

    page = signed_in(context, live_server, "direction@ccas.example")
    page.goto(f"/espace/demandes/{eleven.pk}/")
    expect(page.get_by_text("Adresse mail (Claude Exemple B) : À son nom.").first).to_be_visible()
    fits(page)
    member = User.objects.get(email="direction@ccas.example")
    rows = [named(number) for number in range(1, 12)]
    rows[0]["user.last_name"] = "Exemple AA"
    rows[1]["user.email"] = "claude.b@ccas.example"
    filling.answer(eleven, "user", rows)
    filling.send(eleven, member)

    page = signed_in(context, live_server, "agent@caisse.example")
    page.goto(f"/demandes/{eleven.pk}/")
    changes = page.get_by_role("region", name="Ce qui a changé")
    # What the agent corrected, and what the partner answered.
    expect(changes.get_by_role("row")).to_have_count(3)
    expect(changes).to_contain_text("claude.b@ccas.example")
    fits(page)
    for name in ("Claude Exemple D", "Claude Exemple I"):
        row = page.get_by_role("row", name=name).filter(has=page.get_by_role("radio"))
        row.get_by_label("Refuser").check()
        row.get_by_role("combobox").select_option("outside_profiles")
    page.get_by_role("button", name="Enregistrer les décisions").click()
    expect(page.get_by_text("9 personnes acceptées")).to_be_visible()
    eleven.refresh_from_db()
    assert eleven.status == "accepted"
    assert {one.refusal_reason for one in eleven.users.filter(decision="refused")} == {
        "outside_profiles"
    }
    fits(page)

    page = signed_in(context, live_server, "juriste@caisse.example")
    page.goto(f"/demandes/{eleven.pk}/")
    page.get_by_role("link", name="Rouvrir la demande").click()
    fits(page)
    page.get_by_label("Motif de la réouverture").fill("Fonction précisée.")
    page.get_by_role("button", name="Rouvrir la demande").click()
    expect(page.get_by_text("est rouverte")).to_be_visible()
