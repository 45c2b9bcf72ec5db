"""What holds for every page of the site: tokens, headers, and who may come."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.django_db


def test_each_form_asks_for_its_token() -> None:
    client = Client(enforce_csrf_checks=True)
    for path in ("/connexion/", "/connexion/envoi-du-code/", "/deconnexion/"):
        assert client.post(path, {}).status_code == 403


def test_the_pages_hold_no_script_or_style_of_their_own_and_are_kept_by_no_cache(
    client: Client,
) -> None:
    answer = client.get("/connexion/")
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    html = answer.content.decode()
    assert "<style" not in html
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)


def test_signing_up_and_the_other_pages_of_allauth_do_not_exist() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert {name for name in names if name.startswith("account_")} == {
        "account_login",
        "account_reauthenticate",
        "account_request_login_code",
        "account_confirm_login_code",
    }


PUBLIC = {
    "connexion/",
    "connexion/envoi-du-code/",
    "connexion/code/",
    "connexion/second-facteur/",
    "connexion/organisation/",
    "connexion/organisation/retour/",
    "connexion/mot-de-passe-oublie/",
    "connexion/mot-de-passe-oublie/envoye/",
    "connexion/mot-de-passe-oublie/<uidb64>/<token>/",
    "deconnexion/",
    "signature/<str:token>/",
    "invitation/<str:token>/",
    "calendriers/echeances.ics",
    "desabonnement/<str:token>/",
    "activation/",
    "activation/<str:token>/",
    "mot-de-passe-perdu/",
    "mot-de-passe-perdu/demande/",
    "demande/",
    "demande/envoyee/",
    "demande/confirmation/<str:token>/",
    "demande/suivi/<str:token>/",
    "demande/suivi/<str:token>/retrait/",
    "demande/<str:token>/etape/<int:number>/",
    "demande/<str:token>/recapitulatif/",
}


def patterns(
    found: list[URLPattern | URLResolver], before: str = ""
) -> list[tuple[str, Callable[..., Any]]]:
    flat: list[tuple[str, Callable[..., Any]]] = []
    for one in found:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            flat += patterns(one.url_patterns, path)
        else:
            flat.append((path, one.callback))
    return flat


def test_every_other_page_of_the_site_asks_who_is_there() -> None:
    open_pages = {
        path
        for path, view in patterns(get_resolver().url_patterns)
        if not getattr(view, "login_required", True)
        # The API has its own credentials, the portal stands in for another site, and the mails of
        # the demonstration, which no real site has, for everybody's mailbox.
        and not path.startswith(("api/", "portail/", "demonstration/courriels/"))
    }
    assert open_pages == PUBLIC
