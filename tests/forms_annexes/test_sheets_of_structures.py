"""A manager of several structures: its own sheet, and one for each of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Convention, Partner, PartnerMembership, Site, User
from contracts.services.documents import annex_document, convention_document
from contracts.services.rulebooks import publish
from forms_annexes.models import AccessRequest
from forms_annexes.services import filling
from forms_annexes.services.moving import RequestRefused
from templates_conventions.catalogue import rulebook
from tests.documents import plain, text_of
from tests.forms_annexes.conftest import a_member
from tests.portfolio import record
from workflows import clock

MANAGER = "psu-msa-armorique"
FIRST, SECOND, THIRD = "Crèche Le Premier Exemple", "Crèche Le Second Exemple", "Crèche Exemple 3"
OWN = "Fiche Gestionnaire"
EACH = "Fiche Structure (1 fiche par structure)"

Browsing = Callable[[User], Client]


@pytest.fixture
def convention(
    draft: Callable[..., Convention], partner: Partner, today: Callable[[str], None]
) -> Convention:
    """The convention of a manager of two structures."""
    today("2024-02-01")
    publish(rulebook(MANAGER))
    sites = [Site.objects.create(partner=partner, name=name) for name in (FIRST, SECOND)]
    return draft(rulebook_code=MANAGER, sites=sites)


def site(name: str) -> Site:
    return Site.objects.get(name=name)


def missing(page: Any) -> list[str]:
    """The sheets that a page says to be missing, in its order."""
    text = plain(page.content.decode())
    told = {f"<li>{OWN}</li>": OWN}
    told |= {f"<li>{EACH} : {name}</li>": name for name in (FIRST, SECOND, THIRD)}
    return [name for mark, name in told.items() if mark in text]


@pytest.mark.parametrize(
    ("asked", "form", "answers"),
    [
        ({}, "fiche-gestionnaire", {"manager.name": "Commune d’Essai"}),
        ({"site": SECOND}, "fiche-structure", {"structure.name": SECOND}),
        (
            {"form_code": "fiche-gestionnaire"},
            "fiche-gestionnaire",
            {"manager.name": "Commune d’Essai"},
        ),
    ],
)
def test_a_request_takes_the_form_of_what_it_is_about(
    convention: Convention,
    director: User,
    asked: dict[str, Any],
    form: str,
    answers: dict[str, str],
) -> None:
    if "site" in asked:
        asked = asked | {"site": site(asked["site"])}
    request = filling.start(convention, director, **asked)
    assert (request.form_code, request.answers) == (form, answers)


def test_the_sheet_of_a_structure_must_say_which(convention: Convention, director: User) -> None:
    with pytest.raises(RequestRefused, match="Choisissez la structure"):
        filling.start(convention, director, form_code="fiche-structure")
    assert not AccessRequest.objects.exists()


def test_the_only_structure_needs_no_choice(convention: Convention, director: User) -> None:
    convention.sites.remove(site(SECOND))
    request = filling.start(convention, director, form_code="fiche-structure")
    assert request.site == site(FIRST)


def test_a_structure_that_nobody_named_is_not_the_manager(
    convention: Convention, director: User
) -> None:
    convention.sites.clear()
    request = filling.start(convention, director, form_code="fiche-structure")
    assert (request.site, request.answers) == (None, {"structure.name": ""})


def test_the_documents_name_the_structures(convention: Convention) -> None:
    text = text_of(convention_document(convention))
    assert text.count(EACH) == 2
    assert FIRST in text
    assert SECOND in text
    blank = text_of(annex_document(convention, "annexe-3"))
    assert FIRST not in blank
    assert "Commune d’Essai" not in blank


def test_what_is_missing_is_told_until_it_comes(
    convention: Convention,
    partner: Partner,
    director: User,
    clerk: User,
    browsing: Browsing,
    a_scan: SimpleUploadedFile,
) -> None:
    home, desk = browsing(director), browsing(clerk)
    page = f"/conventions/{convention.pk}/"
    assert missing(home.get("/espace/")) == missing(desk.get(page)) == [OWN, FIRST, SECOND]
    enter_on_paper(desk, convention, "fiche-structure", site(FIRST), a_scan)
    assert missing(home.get("/espace/")) == missing(desk.get(page)) == [OWN, SECOND]
    # A structure more is a sheet more, and no avenant.
    convention.sites.add(Site.objects.create(partner=partner, name=THIRD))
    assert missing(home.get("/espace/")) == missing(desk.get(page)) == [OWN, SECOND, THIRD]


def test_nothing_is_missing_from_a_convention_that_is_over(
    convention: Convention, director: User, browsing: Browsing
) -> None:
    record(convention, "abandonment", "2024-02-01", reason="Essai")
    assert convention.state == "abandoned"
    assert missing(browsing(director).get("/espace/")) == []


def test_each_form_is_asked_by_its_own_button(
    convention: Convention, director: User, browsing: Browsing
) -> None:
    browser = browsing(director)
    home = plain(browser.get("/espace/").content.decode())
    assert f"Demander un accès : {OWN}</button>" in home
    assert f"Demander un accès : {EACH}</button>" in home
    path = f"/espace/conventions/{convention.pk}/demande/"
    started = browser.post(path, {"form": "fiche-structure", "site": site(SECOND).pk})
    request = AccessRequest.objects.get()
    assert (request.form_code, request.site) == ("fiche-structure", site(SECOND))
    assert SECOND in browser.get(started.url).content.decode()


def test_who_answers_for_one_structure_is_told_of_its_sheet_alone(
    convention: Convention, partner: Partner, browsing: Browsing
) -> None:
    user = User.objects.create_user("direction@premier.example")
    PartnerMembership.objects.create(
        user=user, partner=partner, site=site(FIRST), role="director", first_day=clock.today()
    )
    page = browsing(user).get("/espace/")
    assert missing(page) == [OWN, FIRST]
    assert SECOND not in page.content.decode()


def test_the_clerk_says_which_sheet_came(
    convention: Convention, clerk: User, browsing: Browsing, a_scan: SimpleUploadedFile
) -> None:
    browser = browsing(clerk)
    path = f"/conventions/{convention.pk}/demande-papier/"
    choices = plain(browser.get(path).content.decode())
    for title in (OWN, f"{EACH} : {FIRST}", f"{EACH} : {SECOND}"):
        assert f">{title}</a>" in choices
    query = f"?formulaire=fiche-structure&structure={site(SECOND).pk}"
    assert SECOND in browser.get(path + query).content.decode()
    entered = enter_on_paper(browser, convention, "fiche-structure", site(SECOND), a_scan)
    assert (entered.form_code, entered.site) == ("fiche-structure", site(SECOND))
    assert entered.status == "submitted"


@pytest.mark.parametrize(
    "query",
    ["?formulaire=autre&structure=", "?formulaire=fiche-structure", "?structure=1", "?x=1"],
)
def test_a_sheet_that_does_not_exist_is_not_found(
    convention: Convention, clerk: User, browsing: Browsing, query: str
) -> None:
    answer = browsing(clerk).get(f"/conventions/{convention.pk}/demande-papier/{query}")
    assert answer.status_code == 404


def test_another_manager_s_structure_is_not_found(
    convention: Convention, browsing: Browsing
) -> None:
    other = Partner.objects.create(name="Association Autre Exemple", kind="association")
    foreign = Site.objects.create(partner=other, name="Crèche Autre Exemple")
    browser = browsing(a_member("direction@manager.example", convention.partner))
    path = f"/espace/conventions/{convention.pk}/demande/"
    assert browser.post(path, {"form": "fiche-structure", "site": foreign.pk}).status_code == 404
    assert not AccessRequest.objects.exists()


def enter_on_paper(
    browser: Client, convention: Convention, form: str, about: Site, scan: SimpleUploadedFile
) -> AccessRequest:
    answer = browser.post(
        f"/conventions/{convention.pk}/demande-papier/?formulaire={form}&structure={about.pk}",
        {
            "structure_name": about.name,
            "user_last_name": "Essai",
            "user_first_name": "Camille",
            "user_email": "camille.essai@creche.example",
            "signatory_name": "Dominique Essai",
            "quality": "directeur de la structure d’AJE",
            "channel": "paper",
            "received_on": "31/01/2024",
            "signed_on": "30/01/2024",
            "scan": scan,
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    return AccessRequest.objects.get()
