"""What the desk shows of messages: their catalogue."""

import pytest
from django.test import Client

from contracts.models import Caisse
from notifications.catalogue import kinds
from templates_conventions.catalogue import rulebooks
from tests.desk.pages import somebody, words

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
