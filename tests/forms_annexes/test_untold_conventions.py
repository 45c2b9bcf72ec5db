"""A convention whose life cannot be replayed: its pages say so calmly, the others go on."""

import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, reverse

from access.models import Habilitation
from access.services.habilitations import grant
from contracts.models import Convention, Person, PublishedRulebook, User
from forms_annexes import urls
from forms_annexes.declarations.kinds import kind_of
from forms_annexes.services import declaring, filling
from forms_annexes.views.untold import untold_is_said
from tests.forms_annexes.conftest import put_in_force
from tests.forms_annexes.declaring import told
from tests.forms_annexes.using import Browsing, happened, text_of
from tests.portfolio import corrupt
from workflows import clock
from workflows.sweep import sweep

UNTOLD = "ne peuvent pas être calculées pour l’instant"
UNREADABLE = {"identifier": "corrupt", "revision": 99, "digest": "0" * 64}


@pytest.fixture
def sound(in_force: Convention) -> Convention:
    """A convention in force, with nothing wrong."""
    return in_force


@pytest.fixture
def broken(sound: Convention, draft: Callable[..., Convention], director: User) -> Convention:
    """Another of the same partner, in force with one user, whose acts do not replay any more."""
    convention = draft()
    put_in_force(convention)
    person = Person.objects.create(first_name="Camille", last_name="Essai")
    service = convention.rules.services[0].code
    grant(convention, person, service, director, clock.today())
    corrupt(convention)
    return convention


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that is logged."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def without_rules(convention: Convention) -> None:
    """Leave it rules as a version of Tacite that no longer reads old ones would meet them."""
    unreadable = PublishedRulebook.objects.create(
        code=convention.rulebook_code,
        version=99,
        content={"code": convention.rulebook_code},
        digest="0" * 64,
        published_at=clock.now(),
    )
    Convention.objects.filter(pk=convention.pk).update(pinned=unreadable)


def path_of(convention: Convention, page: str = "") -> str:
    return f"/espace/conventions/{convention.pk}/{page}"


def test_the_home_tells_it_and_goes_on_with_the_others(
    sound: Convention, broken: Convention, director: User, browsing: Browsing, log: StringIO
) -> None:
    page = browsing(director).get("/espace/")
    assert page.status_code == 200
    said = text_of(page)
    assert f"Convention {broken.number} avec {broken.caisse.name} Dates indisponibles" in said
    assert f"Ses dates {UNTOLD}. Signalez-le à la caisse." in said
    assert said.count(UNTOLD) == 1
    # The other is told in full: signed on 1 February 2024, for one year.
    assert f"Convention {sound.number}" in said
    assert "Prochaine date" in said
    assert f"convention {broken.pk} sans dates" in log.getvalue()
    for personal in ("hearsay", "Camille", "Dominique", director.email):
        assert personal not in log.getvalue()


def test_it_says_that_the_caisse_knows_once_the_sweep_has_set_it_aside(
    broken: Convention, director: User, browsing: Browsing, today: Callable[[str], None]
) -> None:
    today("2025-02-02")
    sweep(clock.today())
    broken.refresh_from_db()
    assert "hearsay" in broken.sweep_error
    browser = browsing(director)
    for path in ("/espace/", path_of(broken)):
        assert f"Ses dates {UNTOLD} ; la caisse en est avertie." in text_of(browser.get(path))


def test_alone_it_leaves_nothing_to_say_that_nothing_is_expected(
    broken: Convention, sound: Convention, director: User, browsing: Browsing
) -> None:
    corrupt(sound)
    said = text_of(browsing(director).get("/espace/"))
    assert said.count(UNTOLD) == 2
    assert "Rien pour le moment" not in said


def routes(*beginnings: str) -> list[URLPattern]:
    """Every page of one thing in the space of the partner, of those that begin so."""
    return [
        one
        for one in urls.urlpatterns
        if isinstance(one, URLPattern)
        and set(one.pattern.converters) in ({"pk"}, {"habilitation"})
        and str(one.pattern).startswith(beginnings)
    ]


def test_none_of_its_pages_fails_and_none_of_them_writes(
    broken: Convention, director: User, browsing: Browsing
) -> None:
    right = broken.habilitations.get()
    browser, saying = browsing(director), set()
    acts = right.acts.count()
    for route in routes("espace/conventions/", "espace/utilisateurs/"):
        given = {"pk": broken.pk, "habilitation": right.pk}
        path = reverse(
            str(route.name), kwargs={name: given[name] for name in route.pattern.converters}
        )
        assert browser.get(path).status_code < 500, path
        page = browser.post(path, {"leaves_on": "01/02/2024", "confirm": "2024-02-01"})
        assert page.status_code < 500, path
        if UNTOLD in text_of(browser.get(path)):
            saying.add(route.name)
    assert {"space_convention", "space_users", "space_user", "space_remove"} <= saying
    right.refresh_from_db()
    assert (right.state, right.acts.count()) == ("granted", acts)


def test_none_of_the_pages_of_its_requests_and_declarations_fails(
    sound: Convention, director: User, browsing: Browsing
) -> None:
    request = filling.start(sound, director)
    said = told({"address": "2 rue Neuve"}, on="2024-03-01")
    declaration = declaring.declare(sound, kind_of("address"), director, said)
    without_rules(sound)
    browser = browsing(director)
    for beginning, pk in (
        ("espace/demandes/", request.pk),
        ("espace/declarations/", declaration.pk),
    ):
        pages = routes(beginning)
        assert pages
        for route in pages:
            path = reverse(str(route.name), kwargs={"pk": pk})
            assert browser.get(path).status_code < 500, path
            assert browser.post(path).status_code < 500, path


def test_a_departure_that_cannot_be_recorded_is_said_not_to_be(
    broken: Convention, director: User, browsing: Browsing
) -> None:
    right = broken.habilitations.get()
    page = browsing(director).post(
        f"/espace/utilisateurs/{right.pk}/depart/", {"leaves_on": "01/02/2024"}
    )
    assert page.status_code == 409
    said = text_of(page)
    assert "Rien n’a été enregistré." in said
    assert "prévenez-la directement d’un départ ou d’identifiants perdus" in said


def test_rules_that_cannot_be_read_are_told_the_same(
    broken: Convention, sound: Convention, director: User, browsing: Browsing
) -> None:
    without_rules(sound)
    browser = browsing(director)
    assert text_of(browser.get("/espace/")).count(UNTOLD) == 2
    for page in ("", "utilisateurs/", "structures/", "documents/"):
        answer = browser.get(path_of(sound, page))
        assert answer.status_code == 409, page
        assert UNTOLD in text_of(answer)


def test_a_right_that_cannot_be_replayed_is_told_without_accusing_the_convention(
    sound: Convention, director: User, browsing: Browsing
) -> None:
    person = Person.objects.create(first_name="Camille", last_name="Essai")
    service = sound.rules.services[0].code
    right: Habilitation = grant(sound, person, service, director, clock.today())
    happened(right, "credentials_sent")
    right.acts.create(
        kind="user_suspended",
        on=clock.today(),
        recorded_at=clock.now(),
        payload={"reason_code": "hearsay"},
        **UNREADABLE,
    )
    browser = browsing(director)
    for path in (path_of(sound), path_of(sound, "utilisateurs/")):
        page = browser.get(path)
        assert page.status_code == 409
        assert f"Les dates d’un de ses accès {UNTOLD}. Signalez-le" in text_of(page)
    home = text_of(browser.get("/espace/"))
    assert UNTOLD not in home
    assert "1 personne habilitée" in home


def test_another_failure_is_not_passed_off_as_this_one(
    sound: Convention, broken: Convention, director: User
) -> None:
    def failing(request: HttpRequest, pk: int) -> HttpResponse:
        raise RuntimeError("autre chose")

    def away(request: HttpRequest, pk: int) -> HttpResponse:
        raise OperationalError("base indisponible")

    def of_itself(request: HttpRequest, given: dict[str, Any]) -> Convention:
        return Convention.objects.get(pk=given["pk"])

    request = RequestFactory().get("/")
    request.user = director
    with pytest.raises(RuntimeError):
        untold_is_said(failing, of_itself)(request, pk=sound.pk)
    with pytest.raises(OperationalError):
        untold_is_said(away, of_itself)(request, pk=broken.pk)
