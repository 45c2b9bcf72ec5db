"""The help pages of the desk."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from contracts.models import Caisse, Convention, User
from desk.help.glossary import glossary
from desk.help.pages import guide
from tests.desk.pages import somebody, words

pytestmark = pytest.mark.django_db

GUIDE = Path(settings.TACITE_GUIDE)


def test_every_page_of_the_guide_is_shown_with_its_links_and_pictures(caisse: Caisse) -> None:
    reader = somebody(caisse, "auditor")
    listed = words(reader.get("/aide/"))
    assert len(guide()) == len(list(GUIDE.glob("*.md")))
    led: set[str] = set()
    for file in GUIDE.glob("*.md"):
        page: Any = reader.get(f"/aide/{file.stem}/")
        title = file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        assert title in words(page)
        assert title in listed
        html = page.content.decode()
        assert ".md" not in html
        led |= set(re.findall(r'(?:href|src)="(/aide/[^"#]*)', html))
    assert "/aide/images/comptes.png" in led
    for address in led:
        answer: Any = reader.get(address)
        assert answer.status_code == 200, address


def test_a_page_is_found_by_words_of_its_title(caisse: Caisse) -> None:
    reader = somebody(caisse, "auditor")
    found = words(reader.get("/aide/", {"q": "ACCES suspendre"}))
    assert "Suspendre un accès" in found
    assert "Ouvrir une convention" not in found
    assert "Aucune page de ce titre" in words(reader.get("/aide/", {"q": "x" * 5000 + "\0"}))
    assert reader.get("/aide/inconnue/").status_code == 404
    assert reader.get("/aide/images/inconnue.png").status_code == 404


def test_a_rare_word_leads_to_what_it_means(convention: Convention, caisse: Caisse) -> None:
    reader = somebody(caisse, "auditor")
    page = reader.get(f"/conventions/{convention.pk}/").content.decode()
    codes = re.findall(r'href="/aide/mots/#([a-z-]+)"', page)
    assert len(codes) >= 3
    meanings = reader.get("/aide/mots/").content.decode()
    assert all(f'id="{code}"' in meanings for code in {*codes, *glossary()})


def test_the_help_is_for_the_staff(client: Client) -> None:
    client.force_login(User.objects.create_user("direction@creche.example"))
    for address in ("/aide/", "/aide/mots/", "/aide/images/comptes.png"):
        assert client.get(address).status_code == 403
