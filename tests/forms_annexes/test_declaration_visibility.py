"""Whose declarations are: nobody else's exist, whatever the address guessed."""

from datetime import date

import pytest
from django.test import Client

from contracts.models import Caisse, Convention, Partner, PartnerMembership, Site, User, UserScope
from forms_annexes.declarations.kinds import kind_of, kinds
from forms_annexes.models import Declaration
from forms_annexes.services import declaring
from forms_annexes.services.declaring import Told
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.test_declaration_pages import (
    OPPOSITION,
    Browsing,
    choose,
    kind_page,
    opposition,
    words,
)
from workflows import clock

__all__ = ["opposition"]

pytestmark = pytest.mark.django_db


def own_paths(declaration: Declaration) -> list[str]:
    path = f"/espace/declarations/{declaration.pk}/"
    return [path, *(f"{path}{step}/" for step in ("complement", "retrait", "pieces", "pieces/1"))]


def convention_paths(convention: Convention) -> list[str]:
    base = f"/espace/conventions/{convention.pk}/"
    slugs = [kind.slug for kind in kinds()]
    return [
        f"{base}declarer/",
        f"{base}liste-des-utilisateurs/",
        *(f"{base}declarer/{s}/" for s in slugs),
    ]


def staff_paths(declaration: Declaration) -> list[str]:
    path = f"/declarations/{declaration.pk}/"
    steps = ("traitement", "retour", "pieces/1")
    base = f"/conventions/{declaration.convention_id}/declaration/"
    return [path, *(f"{path}{step}/" for step in steps), base, f"{base}denonciation/"]


def answers_of(client: Client, path: str) -> set[int]:
    codes = {client.get(path).status_code, client.post(path).status_code}
    return codes - {405}


def test_the_declarations_of_others_do_not_exist(
    opposition: Declaration, browsing: Browsing, clerk: User
) -> None:
    elsewhere = Partner.objects.create(name="Crèche d’à côté", kind="association")
    neighbour = browsing(a_member("voisine@creche.example", elsewhere))
    other = Caisse.objects.create(code="AUTRE", name="Autre caisse")
    stranger = User.objects.create_user("agent@autre.example")
    UserScope.objects.create(
        user=stranger, caisse=other, role="back_office_agent", first_day=clock.today()
    )
    mine = [*own_paths(opposition), *convention_paths(opposition.convention)]
    for path in [*mine, *own_paths(Declaration(pk=2**70))]:
        assert answers_of(neighbour, path) == {404}, path
        assert answers_of(browsing(clerk), path) == {404}, path
        assert answers_of(Client(), path) == {302}, path
    for path in [*staff_paths(opposition), f"/declarations/{2**70}/"]:
        assert answers_of(browsing(stranger), path) == {404}, path
        assert answers_of(neighbour, path) == {404}, path
        assert answers_of(Client(), path) == {302}, path
    assert neighbour.get("/declarations/").status_code == 403
    assert opposition.number not in words(browsing(stranger).get("/declarations/?etat=toutes"))
    opposition.refresh_from_db()
    assert opposition.status == "sent"


def test_an_auditor_reads_and_decides_nothing(
    opposition: Declaration, caisse: Caisse, browsing: Browsing
) -> None:
    auditor = User.objects.create_user("audit@caisse.example")
    UserScope.objects.create(user=auditor, caisse=caisse, role="auditor", first_day=clock.today())
    desk, path = browsing(auditor), f"/declarations/{opposition.pk}/"
    assert "Confirmer le traitement" not in words(desk.get(path))
    assert desk.post(f"{path}traitement/", {"handled_on": "01/02/2024"}).status_code == 403
    assert desk.post(f"{path}retour/", {"comment": "Non."}).status_code == 403


def test_whoever_answers_for_one_structure_declares_about_that_one_alone(
    in_force: Convention, partner: Partner, director: User, browsing: Browsing
) -> None:
    mine = Site.objects.create(partner=partner, name="Crèche Un")
    other = Site.objects.create(partner=partner, name="Crèche Deux")
    in_force.sites.add(mine, other)
    user = User.objects.create_user("structure@creche.example")
    PartnerMembership.objects.create(
        user=user, partner=partner, site=mine, role="director", first_day=clock.today()
    )
    browser = browsing(user)
    page = words(browser.get(choose(in_force)))
    assert "Vous répondez pour une structure" in page
    path = kind_page(in_force, "right_request")
    for site in ("whole", "", other.pk):
        assert browser.post(path, OPPOSITION | {"site": site}).status_code == 422
    assert browser.post(path, OPPOSITION | {"site": mine.pk}).status_code == 302
    understood = {"form_token": "0c1f7e0a-52a1-4a36-8d6d-8a6f3b8a9e77", "understood": "on"}
    assert browser.post(kind_page(in_force, "notice"), understood).status_code == 409
    told = Told({"right": "opposition", "reference": "OPP-2"}, date(2024, 2, 1), site=other)
    theirs = declaring.declare(in_force, kind_of("right_request"), director, told)
    assert browser.get(f"/espace/declarations/{theirs.pk}/").status_code == 404
    whole = Told({"subject": "Durée", "details": "Trois ans."})
    general = declaring.declare(in_force, kind_of("avenant"), director, whole)
    path = f"/espace/declarations/{general.pk}/"
    assert "Retirer" not in words(browser.get(path))
    assert browser.post(f"{path}retrait/", {"seen_revision": 0}).status_code == 403
