"""Nobody learns anything of another partner: every address is tried, and every number guessed.

The addresses are read from the routes, so that one added later is tried without being named here.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, reverse

from access.services.habilitations import grant
from contracts.models import (
    Caisse,
    Convention,
    Partner,
    PartnerMembership,
    Person,
    Site,
    User,
)
from contracts.services.conventions import draft_convention
from contracts.services.documents import convention_document, issue
from forms_annexes import urls
from forms_annexes.models import AccessRequest, RequestPiece, StructureChange
from forms_annexes.services import filling, structure_changes
from forms_annexes.services.instructing import add_piece
from tests.forms_annexes.conftest import a_member
from tests.forms_annexes.manager import SIX, convention_of_six
from workflows import clock

Browsing = Callable[[User], Client]

OPEN_TO_ALL = {"space", "signature_link", "invitation", "public_request"}
"""Pages that belong to nobody: the home shows each their own, the links open by their token."""

UNKNOWN = 404


@pytest.fixture
def convention(caisse: Caisse, partner: Partner, today: Callable[[str], None]) -> Convention:
    """The first partner's convention, which covers six structures."""
    today("2024-02-01")
    return convention_of_six(partner, caisse=caisse)


@pytest.fixture
def known(convention: Convention, director: User, a_scan: Any) -> dict[str, Model]:
    """One object of the first partner for each kind of number that an address may carry."""
    site = convention.sites.get(name=SIX[0])
    request = filling.start(convention, director, site=site, form_code="fiche-structure")
    add_piece(request, RequestPiece.Kind.OTHER, a_scan, director)
    # The numbers next to these are the same partner's too: a guess would find something.
    draft_convention(
        caisse=convention.caisse,
        partner=convention.partner,
        rulebook_code=convention.rulebook_code,
        sites=[site],
    )
    filling.start(convention, director, form_code="fiche-gestionnaire")
    change = structure_changes.declare(
        convention,
        director,
        name="Crèche Déclarée",
        address="2 rue d’Essai",
        identifier="0d9c7d9e-3c0f-4f3c-9d0e-7f6f4a4f2a11",
    )
    return {
        "convention": convention,
        "request": request,
        "piece": request.pieces.get(),
        "site": site,
        "change": change,
        "issued": issue(convention, convention_document(convention), None),
    }


def routes() -> list[URLPattern]:
    """Every route of the partner space and of its instruction."""
    return [one for one in urls.urlpatterns if isinstance(one, URLPattern)]


def parameters_of(route: URLPattern, known: dict[str, Model]) -> dict[str, Any] | None:
    """What the address of the first partner's object takes; None where it takes another's word."""
    named = str(route.pattern)
    given: dict[str, Any] = {}
    for name in route.pattern.converters:
        if name == "pk":
            given[name] = known[_kind_of_pk(named)].pk
        elif name in known:
            given[name] = known[name].pk
        elif name == "code":
            given[name] = "annexe-2"
        elif name == "wanted":
            given[name] = "pdf"
        elif name == "number":
            given[name] = 1
        elif name == "token":
            return None
        else:
            # Another part's number: the first partner's rows all begin at 1.
            given[name] = 1
    return given


def _kind_of_pk(path: str) -> str:
    if "conventions/" in path:
        return "convention"
    return "change" if "structures/" in path else "request"


def guesses(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The very numbers, then those around them."""
    yield given
    for name, value in given.items():
        if isinstance(value, int):
            for guess in (value - 1, value + 1, 2**70):
                if guess >= 0:
                    yield given | {name: guess}


def everything() -> dict[str, int]:
    """How many rows each table has, and what the requests and structures are: what must stay."""
    tables = {
        model._meta.label: model._default_manager.count()
        for app in ("contracts", "access", "forms_annexes", "notifications", "workflows")
        if apps.is_installed(app)
        for model in apps.get_app_config(app).get_models()
        if not model._meta.proxy
    }
    tables["revisions"] = sum(AccessRequest.objects.values_list("revision", flat=True))
    tables["closed"] = Site.objects.filter(closed_on__isnull=False).count()
    return tables


def test_each_route_is_tried(known: dict[str, Model]) -> None:
    names = {str(route.name) for route in routes()}
    assert {"space_convention", "space_document", "space_structures", "space_request"} <= names


@pytest.fixture
def strangers(
    convention: Convention, known: dict[str, Model], caisse: Caisse
) -> dict[str, User | None]:
    """Everybody who has no business with the first partner's convention, or has no more.

    They come after what is known of it, so that their own numbers are no guess of it.
    """
    other = Partner.objects.create(name="Association Autre Exemple", kind="association")
    draft_convention(caisse=caisse, partner=other, rulebook_code=convention.rulebook_code)
    gone = User.objects.create_user("partie@creche.example", first_name="Ancienne")
    PartnerMembership.objects.create(
        user=gone,
        partner=convention.partner,
        role="director",
        first_day=clock.today().replace(month=1, day=1),
        last_day=clock.today().replace(month=1, day=31),
    )
    return {
        "another partner": a_member("direction@autre.example", other),
        "a member who left": gone,
        "nobody": None,
    }


def test_nobody_else_reaches_any_page_of_a_partner(
    known: dict[str, Model], strangers: dict[str, User | None], browsing: Browsing
) -> None:
    before, reached = everything(), []
    for who, user in strangers.items():
        browser = browsing(user) if user is not None else Client()
        for route in routes():
            given = parameters_of(route, known)
            if route.name in OPEN_TO_ALL or given is None or not given:
                continue
            for parameters in guesses(given):
                path = reverse(str(route.name), kwargs=parameters)
                for status in _statuses(browser, path):
                    expected = {302} if user is None else {UNKNOWN, 405}
                    if status not in expected:
                        reached.append(f"{who}: {path} answers {status}")
    assert reached == []
    assert everything() == before


def test_pages_without_a_number_show_nothing_of_another_partner(
    known: dict[str, Model], strangers: dict[str, User | None], browsing: Browsing
) -> None:
    convention = known["convention"]
    assert isinstance(convention, Convention)
    said = (convention.number, convention.partner.name, SIX[0], "Crèche Déclarée")
    for user in filter(None, strangers.values()):
        browser = browsing(user)
        for route in routes():
            if route.pattern.converters:
                continue
            page = browser.get(reverse(str(route.name)))
            assert [words for words in said if words in page.content.decode()] == [], route


def test_a_member_of_one_structure_reaches_nothing_of_another(
    known: dict[str, Model], convention: Convention, browsing: Browsing
) -> None:
    user = User.objects.create_user("direction@second.example")
    second = convention.sites.get(name=SIX[1])
    PartnerMembership.objects.create(
        user=user,
        partner=convention.partner,
        site=second,
        role="director",
        first_day=clock.today(),
    )
    browser, before, reached = browsing(user), everything(), []
    for route in routes():
        given = parameters_of(route, known)
        if route.name in OPEN_TO_ALL or not given:
            continue
        of_another = "request" in _objects(route) or "site" in given or "change" in _objects(route)
        if not of_another:
            continue
        path = reverse(str(route.name), kwargs=given)
        reached += [
            f"{path} answers {status}"
            for status in _statuses(browser, path)
            if status not in {UNKNOWN, 403, 405}
        ]
    assert reached == []
    assert everything() == before
    page = browser.get(reverse("space_convention", args=[convention.pk])).content.decode()
    assert SIX[0] not in page
    assert "Crèche Déclarée" not in page


def _objects(route: URLPattern) -> set[str]:
    """Whose numbers a route carries."""
    has_pk = "pk" in route.pattern.converters
    return {_kind_of_pk(str(route.pattern))} if has_pk else set()


def _statuses(browser: Client, path: str) -> Iterator[int]:
    """What the page answers, asked and posted to."""
    yield browser.get(path).status_code
    yield browser.post(path, {"closes_on": "01/02/2024", "format": "pdf"}).status_code


def test_the_first_partner_does_reach_them(
    known: dict[str, Model], director: User, browsing: Browsing
) -> None:
    """Without which the tests above would prove nothing."""
    browser = browsing(director)
    convention, request, issued = known["convention"], known["request"], known["issued"]
    for path in (
        reverse("space_convention", args=[convention.pk]),
        reverse("space_documents", args=[convention.pk]),
        reverse("space_document", args=[convention.pk, issued.pk]),
        reverse("space_structures", args=[convention.pk]),
        reverse("space_request", args=[request.pk]),
        reverse("space_piece", args=[request.pk, known["piece"].pk]),
    ):
        page = browser.get(path)
        assert page.status_code == 200, path
        assert b"".join(page) != b""


def test_names_of_users_of_another_partner_are_never_listed(
    known: dict[str, Model],
    convention: Convention,
    clerk: User,
    strangers: dict[str, User | None],
    browsing: Browsing,
) -> None:
    person = Person.objects.create(first_name="Camille", last_name="Introuvable")
    site = known["site"]
    assert isinstance(site, Site)
    service = convention.rules.services[0].code
    grant(convention, person, service, clerk, clock.today(), site=site)
    for user in filter(None, strangers.values()):
        assert "Introuvable" not in browsing(user).get("/espace/").content.decode()
    assert StructureChange.objects.count() == 1
