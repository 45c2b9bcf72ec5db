"""What came on paper about users who have an access: the clerk copies it, all or nothing."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from access.models import Habilitation
from access.services.user_life import report_departure
from forms_annexes.models import AccessRequest
from forms_annexes.services import changing_users, instructing
from tests.forms_annexes.files import a_pdf
from tests.forms_annexes.using import PSU, RSACG, Browsing, Cast, asked_for, cast, text_of

__all__ = ["cast"]

pytestmark = pytest.mark.django_db

CAME = {"channel": "paper", "received_on": "09/02/2024"}
KNOWN = {
    "title": "Mme",
    "service": "Insertion",
    "service_address": "12 boulevard des Exemples",
    "duties": "Assistante de service social",
}


def path(house: Cast, kind: str, *rights: Habilitation) -> str:
    users = "".join(f"&users={right.pk}" for right in rights)
    return f"/conventions/{house.convention.pk}/changement-papier/?kind={kind}{users}"


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("feuille.pdf", a_pdf())


def shown(page: Any) -> dict[str, str]:
    """The answers that the page holds already, as the clerk leaves them."""
    values = {}
    for block in page.context["pages"]:
        if block.repeated:
            values |= {f"{block.block.code}-row": [form.key for form in block.forms]}
        for form in block.forms:
            values |= {form.add_prefix(name): form.initial.get(name, "") for name in form.fields}
    return values


def test_a_removal_that_came_by_mail_is_copied_and_decided(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(RSACG)
    rights = [house.named(name, profile="1") for name in ("Agathe", "Basile")]
    for right in rights:
        asked_for(right, **KNOWN)
    house.today("2024-02-10")
    clerk = house.clerk()
    browser, page = browsing(clerk), path(house, "remove", *rights)
    sheet = browser.get(page)
    assert "Agathe Essai, Basile Essai" in text_of(sheet)
    sent = shown(sheet) | CAME | {"leaves_on": "31/03/2024", "origin_checked": "on"}
    sent |= {name: "10/02/2024" for name in sent if name.endswith("dated_on")}
    assert browser.post(page, sent | {"scan": scan()}).status_code == 302
    request = AccessRequest.objects.get(kind="remove")
    assert (request.kind, request.channel, request.received_on) == (
        "remove",
        "paper",
        date(2024, 2, 9),
    )
    assert [user.replaces for user in request.named_users] == rights
    instructing.accept(request, clerk)
    for right in rights:
        right.refresh_from_db()
        assert right.closes_on == date(2024, 3, 31)


def test_without_a_form_the_letter_alone_is_enough(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(PSU)
    right = house.named(site=house.site("Les Premiers Exemples"))
    house.today("2024-02-10")
    browser, page = browsing(house.clerk()), path(house, "remove", right)
    assert browser.get(page).status_code == 200
    sent = CAME | {"leaves_on": "05/02/2024", "scan": scan()}
    assert browser.post(page, sent).status_code == 302
    request = AccessRequest.objects.get()
    assert (request.form_code, request.status, request.pieces.count()) == ("", "submitted", 1)
    right.refresh_from_db()
    # A departure that is past waits for no decision.
    assert (right.state, right.closes_on) == ("closed", date(2024, 2, 10))


def test_a_successor_is_named_on_the_sheet(cast: Callable[[str], Cast], browsing: Browsing) -> None:
    house = cast(PSU)
    right = house.named(site=house.site("Les Premiers Exemples"))
    house.today("2024-02-10")
    browser, page = browsing(house.clerk()), path(house, "replace", right)
    sheet = browser.get(page)
    assert "Camille" not in str(shown(sheet))
    sent = shown(sheet) | CAME | {"leaves_on": "31/03/2024", "signed_on": "08/02/2024"}
    named = {"last_name": "Exemple", "first_name": "Agathe", "email": "agathe@partenaire.example"}
    for name in sent:
        sent[name] = next((v for k, v in named.items() if name.endswith(k)), sent[name])
    sent["quality"] = sheet.context["pages"][-1].forms[0].fields["quality"].choices[0][0]
    sent["signatory_name"] = "Dominique Exemple"
    answer = browser.post(page, sent | {"scan": scan()})
    assert answer.status_code == 302
    (successor,) = AccessRequest.objects.get().named_users
    assert (successor.replaces, successor.leaves_on) == (right, date(2024, 3, 31))
    assert (successor.first_name, successor.last_name) == ("Agathe", "Exemple")
    right.refresh_from_db()
    assert right.state != "closed"


@pytest.mark.parametrize(
    ("kind", "several", "words"),
    [
        ("replace", True, "Choisissez une seule personne"),
        ("modify", False, "est fermé depuis le"),
        ("resurrect", False, "Sélectionnez un choix valide"),
    ],
)
def test_what_cannot_be_asked_is_said_before_the_sheet_is_copied(
    cast: Callable[[str], Cast], browsing: Browsing, kind: str, several: bool, words: str
) -> None:
    house = cast(PSU)
    site = house.site("Les Premiers Exemples")
    rights = [house.named(name, site=site) for name in ("Agathe", "Basile")]
    if kind == "modify":
        report_departure(rights[0], rights[0].granted_on, house.clerk("autre@caisse.example"))
    page = browsing(house.clerk()).get(path(house, kind, *(rights if several else rights[:1])))
    assert page.status_code == 422
    assert words in text_of(page)


def test_a_request_still_instructed_stands_in_the_way(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(PSU)
    right = house.named(site=house.site("Les Premiers Exemples"))
    browser = browsing(house.clerk())
    sent = CAME | {"received_on": "01/02/2024", "leaves_on": "31/03/2024"}
    assert browser.post(path(house, "remove", right), sent | {"scan": scan()}).status_code == 302
    again = browser.get(path(house, "remove", right))
    assert again.status_code == 422
    assert "n’est plus dans la liste" in text_of(again)
    choosing = text_of(browser.get(f"/conventions/{house.convention.pk}/changement-papier/"))
    told = choosing.split("Ils n’y sont pas, et pourquoi")[1]
    assert right.person.get_full_name() in told
    assert "qui concerne cette personne, est en cours." in told


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"received_on": "09/02/2090"}, "La date de réception est à venir"),
        ({"leaves_on": "31/02/2024"}, "Écrivez une date comme 14/10/2026"),
        ({"leaves_on": "31/03/2099"}, "est trop lointain"),
        ({"scan": SimpleUploadedFile("feuille.pdf", b"MZ")}, "fichier"),
    ],
)
def test_a_sheet_with_a_fault_writes_nothing(
    cast: Callable[[str], Cast], browsing: Browsing, wrong: dict[str, Any], words: str
) -> None:
    house = cast(PSU)
    right = house.named(site=house.site("Les Premiers Exemples"))
    house.today("2024-02-10")
    sent = CAME | {"leaves_on": "31/03/2024"} | ({} if "scan" in wrong else {"scan": scan()})
    page = browsing(house.clerk()).post(path(house, "remove", right), sent | wrong)
    assert page.status_code == 422
    assert words in text_of(page)
    assert not AccessRequest.objects.exists()


def test_the_draft_of_the_partner_is_left_as_it_is(
    cast: Callable[[str], Cast], browsing: Browsing
) -> None:
    house = cast(PSU)
    right = house.named(site=house.site("Les Premiers Exemples"))
    director = house.member()
    (draft,) = changing_users.ask_removal(house.convention, [right], date(2024, 4, 30), director)
    browser = browsing(house.clerk())
    sent = CAME | {"received_on": "01/02/2024", "leaves_on": "31/03/2024", "scan": scan()}
    assert browser.post(path(house, "remove", right), sent).status_code == 302
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert AccessRequest.objects.count() == 2
