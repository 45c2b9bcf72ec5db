"""A version of a rulebook is published by two lawyers: one proposes, the other signs it off."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from contracts.models import Caisse, Proposal, PublishedRulebook
from contracts.services.rulebooks import publish
from templates_conventions.catalogue import rulebook
from tests.desk.pages import somebody, words

pytestmark = pytest.mark.django_db

CODE = "psu-msa-armorique"
PATH = f"/modeles/{CODE}/publication/"


def proposed(client: Client) -> Proposal:
    answers = {"identifier": str(uuid4()), "reason": "Premier modèle de la caisse."}
    for _ in range(2):  # The second time, the form is sent again.
        assert client.post(PATH, answers).status_code == 302
    return Proposal.objects.get()


def test_one_lawyer_proposes_and_another_signs_it_off(
    caisse: Caisse, today: Callable[[str], None]
) -> None:
    today("2024-02-01")
    lawyer, director = somebody(caisse, "legal_officer"), somebody(caisse, "director")
    assert "À publier" in words(lawyer.get("/modeles/"))
    assert "C’est la première version publiée" in words(lawyer.get(PATH))
    proposal = proposed(lawyer)
    assert not PublishedRulebook.objects.exists()

    look = f"/a-confirmer/{proposal.pk}/"
    lawyer.post(look, {"confirm": "oui"})
    assert not PublishedRulebook.objects.exists()
    assert "Ce que la publication change" in words(director.get(look))
    director.post(look, {"confirm": "oui"})
    row = PublishedRulebook.objects.get()
    assert (row.code, row.signed_off_on) == (CODE, date(2024, 2, 1))
    assert row.published_by != row.signed_off_by
    assert lawyer.get(PATH).status_code == 404


def test_a_version_published_meanwhile_is_not_published_again(caisse: Caisse) -> None:
    lawyer, director = somebody(caisse, "legal_officer"), somebody(caisse, "director")
    proposal = proposed(lawyer)
    publish(rulebook(CODE))
    page = words(director.post(f"/a-confirmer/{proposal.pk}/", {"confirm": "oui"}), 422)
    assert "cette version est déjà publiée" in page
    assert PublishedRulebook.objects.get().signed_off_by is None


def test_only_lawyers_propose_a_version(caisse: Caisse) -> None:
    clerk, lawyer = somebody(caisse, "back_office_agent"), somebody(caisse, "legal_officer")
    assert "À publier" not in words(clerk.get("/modeles/"))
    assert clerk.get(PATH).status_code == 403
    assert lawyer.get("/modeles/inconnu/publication/").status_code == 404
    for wrong in ({"identifier": "1"}, {"reason": "x" * 1001}, {"reason": "a\0b"}):
        answers = {"identifier": str(uuid4()), "reason": ""} | wrong
        assert "Rien n’est enregistré" in words(lawyer.post(PATH, answers), 422)
    assert not Proposal.objects.exists()
