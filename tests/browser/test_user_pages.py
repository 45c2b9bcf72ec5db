"""The pages of the named users as people meet them: narrow, by keyboard, without scripts."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from access.models import Habilitation, ReviewedUser, UserReview
from access.services.habilitations import grant
from contracts.models import Caisse, Convention, Person, User, UserScope
from tests.access.acting import happens
from tests.browser.accessibility import assert_accessible
from tests.portfolio import caisse, convention, draft, noon, partner, today, yearly

__all__ = ["caisse", "convention", "draft", "partner", "today", "yearly"]

SUSPENDED = {"reason_code": "shared_credentials", "reason": "Signalement de la structure"}


@pytest.fixture
def habilitation(
    live_server: LiveServer, convention: Convention, today: Callable[[str], None]
) -> Habilitation:
    """A suspended user who will leave; another of the same convention, who waits for an account."""
    today("2024-02-01")
    Caisse.objects.update(settings={"directory": "embedded"})
    one = _granted(convention.pk, "Andréa", "Exemple-Delahaye de la Très Longue Structure")
    happens(one, "user_suspended", "2024-02-01", **SUSPENDED)
    happens(one, "departure", "2024-02-13")
    # Once its directory is kept by hand, there is something on the worklist.
    Caisse.objects.update(settings={"directory": "manual"})
    waits = _granted(convention.pk, "Sacha", "Exemple")
    review = UserReview.objects.create(
        convention=convention,
        opened_on=noon("2024-02-01").date(),
        due_on=noon("2024-03-17").date(),
    )
    for listed in (one, waits):
        ReviewedUser.objects.create(review=review, habilitation=listed)
    return one


def _granted(pk: int, first_name: str, last_name: str) -> Habilitation:
    convention = Convention.objects.get(pk=pk)
    person = Person.objects.create(
        first_name=first_name, last_name=last_name, email="a@exemple.example"
    )
    service = convention.rules.services[0].code
    return grant(convention, person, service, None, noon("2024-02-01").date())


def lawyer_at(context: BrowserContext, live_server: LiveServer) -> Page:
    """A legal officer of the caisse, signed in."""
    user = User.objects.create_user("juriste@caisse.example", first_name="Maxence")
    UserScope.objects.create(
        user=user,
        caisse=Caisse.objects.get(),
        role="legal_officer",
        first_day=noon("2024-01-01").date(),
    )
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


@pytest.fixture
def desk(context: BrowserContext, live_server: LiveServer, habilitation: Habilitation) -> Page:
    """The desk, before a legal officer."""
    return lawyer_at(context, live_server)


def page_of(habilitation: Habilitation) -> str:
    return f"/conventions/{habilitation.convention_id}/utilisateurs/{habilitation.pk}/"


def pages(habilitation: Habilitation) -> list[str]:
    own = page_of(habilitation)
    granted = habilitation.acts.get(kind="departure").identifier
    return [
        own,
        f"{own}evenements/",
        f"{own}evenements/user_suspension_lifted/",
        f"{own}evenements/scope_changed/",
        f"{own}evenements/credentials_lost/",
        f"{own}annulations/{granted}/",
        "/utilisateurs/",
        "/utilisateurs/?etat=inactivite",
        "/utilisateurs/listes/",
        f"/utilisateurs/listes/{UserReview.objects.get().pk}/",
        "/utilisateurs/acces-au/",
        "/utilisateurs/acces-au/?le=2024-02-01",
        "/utilisateurs/acces-au/?le=2024-02-30&connu=hier",
        f"/conventions/{habilitation.convention_id}/",
        "/comptes/",
        "/comptes/a-imprimer/",
    ]


def test_every_page_is_accessible_and_fits_a_narrow_screen(
    desk: Page, habilitation: Habilitation
) -> None:
    for path in pages(habilitation):
        for width in (1280, 320):
            desk.set_viewport_size({"width": width, "height": 900})
            desk.goto(path)
            assert_accessible(desk)
            assert desk.evaluate("() => document.documentElement.scrollWidth") <= width, path


def test_a_suspension_is_recorded_by_keyboard_once_its_effect_was_shown(
    desk: Page, habilitation: Habilitation
) -> None:
    desk.goto("/utilisateurs/")
    desk.get_by_role("link", name="Sacha Exemple").press("Enter")
    desk.get_by_role("link", name="Enregistrer un événement").press("Enter")
    desk.get_by_role("link", name="Suspendre l’accès").press("Enter")
    desk.get_by_label("Temporaire").press("Space")
    desk.get_by_label("Motif").select_option("misuse")
    if desk.get_by_label("Visa").count():
        desk.get_by_label("Visa").fill("Décision du jour")
    desk.get_by_role("button", name="Voir ce que cela change").press("Enter")
    expect(desk.get_by_role("heading", name="Ce que cela change")).to_be_visible()
    assert_accessible(desk)
    desk.get_by_role("button", name="Confirmer").press("Enter")
    expect(desk.get_by_text("C’est enregistré")).to_be_visible()
    expect(desk.get_by_text("Suspendue", exact=True).first).to_be_visible()


def test_a_list_of_users_is_confirmed_by_keyboard_once_its_effect_was_shown(
    desk: Page, habilitation: Habilitation
) -> None:
    desk.goto("/utilisateurs/")
    desk.get_by_role("link", name="Listes d’utilisateurs à confirmer").press("Enter")
    desk.get_by_role("link", name=habilitation.convention.partner.name).press("Enter")
    stays = desk.get_by_role("group", name="Réponse pour Andréa")
    stays.get_by_label("Garde son accès").press("Space")
    desk.get_by_role("button", name="Voir ce que cela change").press("Enter")
    expect(desk.get_by_role("heading", name="À corriger avant de continuer")).to_be_visible()
    assert_accessible(desk)
    leaves = desk.get_by_role("group", name="Réponse pour Sacha Exemple")
    leaves.get_by_label("N’en a plus besoin").press("Space")
    desk.get_by_label("Courriel").press("Space")
    desk.get_by_role("button", name="Voir ce que cela change").press("Enter")
    expect(desk.get_by_text("Accès fermés dès la confirmation")).to_be_visible()
    for width in (1280, 320):
        desk.set_viewport_size({"width": width, "height": 900})
        assert_accessible(desk)
        assert desk.evaluate("() => document.documentElement.scrollWidth") <= width
    desk.get_by_role("button", name="Confirmer, 1 accès sera fermé").press("Enter")
    expect(desk.get_by_text("la liste est confirmée")).to_be_visible()
    assert_accessible(desk)


def test_who_had_access_is_asked_without_scripts(
    browser: Browser, live_server: LiveServer, habilitation: Habilitation
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = lawyer_at(context, live_server)
    page.goto("/utilisateurs/")
    page.get_by_role("link", name="Qui avait accès, un jour donné").click()
    page.get_by_label("Jour").fill("2024-01-31")
    page.get_by_role("button", name="Voir qui avait accès").click()
    expect(page.get_by_text("Personne n’avait accès")).to_be_visible()
    context.close()


def test_the_worklist_on_paper_has_boxes_and_nothing_to_click(desk: Page) -> None:
    desk.goto("/comptes/a-imprimer/")
    desk.emulate_media(media="print")
    expect(desk.locator(".paper-box").first).to_be_visible()
    expect(desk.get_by_role("button", name="Se déconnecter")).to_be_hidden()
    expect(desk.get_by_text("Imprimez cette page")).to_be_hidden()
